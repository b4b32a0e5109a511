/** Records as create-service publishes them. */
import type { ApplicationRecord, ChatRecord, MessageRecord, ParleyRecord } from "@parley/common/records";
import { v4 as uuid } from "uuid";

export function anApplicationRecord(): ApplicationRecord {
  const token = uuid();
  return { kind: "application", uid: token, token, name: "Spec", createdAt: Date.now() };
}

export function aChatRecord(token: string, number: number): ChatRecord {
  return { kind: "chat", uid: uuid(), token, number, name: `Chat ${number}`, createdAt: Date.now() };
}

export function aMessageRecord(
  token: string,
  chat: number,
  number: number,
  content = `message ${number}`,
): MessageRecord {
  return { kind: "message", uid: uuid(), token, chat, number, content, createdAt: Date.now() };
}

/** A delivery as the broker gives it. */
export function deliveryOf(records: readonly ParleyRecord[], redelivered = false) {
  return { body: Buffer.from(JSON.stringify({ type: "batch", records })), redelivered };
}
