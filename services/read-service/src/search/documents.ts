/** What is written to an index: a document a message, and one a chat that says how far the chat has come. */
import { crc32 } from "node:zlib";
import { fold } from "@parley/common/fold";
import { countCharacters } from "@parley/common/text";
import type { Audience, LiveChat } from "../queries/live-chats.ts";
import type { StoredMessage } from "../queries/messages.ts";
import { wordText } from "./word-text.ts";

const bulkCharacters = 4 * 1024 * 1024;

/** Its `applicationId` is the routing: all of an application is in one shard. */
export type IndexedChat = LiveChat;

type Document = {
  application: number;
  chat: number;
  watermark?: number;
  chat_number?: number;
  audience?: Audience;
  number?: number;
  check?: number;
  sender?: number;
  created?: number;
  length?: number;
  text?: string;
  words?: string;
};
/** One document with the action before it, as a bulk has them. */
export type Operation = readonly [
  { index: { _id: string; routing: string; version: number; version_type: "external_gte" } },
  Document,
];

/** A name of an index that is never given to another one. */
export const writeAliasOf = (index: string): string => `${index}-writes`;
export const messageId = (chatId: number, number: number): string => `${chatId}:${number}`;
export const watermarkId = (chatId: number): string => `${chatId}`;
export const routingOf = (applicationId: number): string => `${applicationId}`;

const action = (id: string, { applicationId }: IndexedChat, version: number) =>
  ({ index: { _id: id, routing: routingOf(applicationId), version, version_type: "external_gte" } }) as const;

/** As MySQL computes it in `sumStoredChecks`, too. */
const checkOf = (number: number, changeNumber: number): number => crc32(`${number}:${changeNumber}`);

/** A message's state; one that is not to be found stays as a tombstone, so that an older write cannot bring it back. */
export function messageOperation(chat: IndexedChat, message: StoredMessage): Operation {
  const { number, content, changeNumber, senderId, createdAt, state } = message;
  const tombstone = {
    application: chat.applicationId,
    chat: chat.id,
    number,
    check: checkOf(number, changeNumber),
  };
  const before = action(messageId(chat.id, number), chat, changeNumber);
  if (state !== "live" && state !== "edited") return [before, tombstone];
  const text = fold(content);
  return [
    before,
    {
      ...tombstone,
      chat_number: chat.number,
      audience: chat.audience,
      ...(senderId === undefined ? {} : { sender: senderId }),
      created: createdAt.getTime(),
      length: countCharacters(text),
      text,
      words: wordText(content),
    },
  ];
}

export const watermarkOperation = (chat: IndexedChat, through: number): Operation => [
  action(watermarkId(chat.id), chat, through),
  { application: chat.applicationId, chat: chat.id, watermark: through },
];

/** In order, in parts that Elasticsearch takes at once. */
export function splitBulk(operations: readonly Operation[]): Operation[][] {
  const parts: Operation[][] = [];
  let size = Infinity;
  for (const operation of operations) {
    const { text = "", words = "" } = operation[1];
    const length = 200 + text.length + words.length;
    size += length;
    if (size <= bulkCharacters) parts.at(-1)?.push(operation);
    else {
      parts.push([operation]);
      size = length;
    }
  }
  return parts;
}
