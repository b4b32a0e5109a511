/** Writers that note what they were promised, and the reading back that holds the product to it. */
import type { Knex } from "knex";
import type { Client } from "./client.ts";

/** What a 201 said: this content has this number. */
export type Promised = Map<number, string>;

type Load = { client: Client; token: string; chat: number; total: number; writers: number; label: string };

/**
 * Sends `total` distinct messages from several writers, one after the other each; a refused or broken request is not
 * repeated, as nobody knows whether it exists. Returns what was acknowledged.
 */
export async function sendMany({ client, token, chat, total, writers, label }: Load): Promise<Promised> {
  const promised: Promised = new Map();
  let next = 0;
  async function write(): Promise<void> {
    while (next < total) {
      const content = `${label} ${next++}`;
      try {
        const { status, body } = await client.send(token, chat, content);
        if (status !== 201) continue;
        const number = Number(body["message_number"]);
        if (promised.has(number)) throw new DoubledNumber(`${number} was given twice`);
        promised.set(number, content);
      } catch (err) {
        if (err instanceof DoubledNumber) throw err;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
  await Promise.all(Array.from({ length: writers }, write));
  return promised;
}
class DoubledNumber extends Error {}

/** Everything that MySQL has of a chat, by number. */
export async function storedMessages(
  db: Knex,
  token: string,
  chat: number,
): Promise<{ number: number; content: string; state: string }[]> {
  return db("messages as m")
    .join("chats as c", "c.id", "m.chat_id")
    .join("applications as a", "a.id", "c.application_id")
    .where({ "a.token": token, "c.number": chat })
    .orderBy("m.number")
    .select("m.number", "m.content", "m.state");
}

/** 1, 2, 3 … n */
export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
