/** What hostile requests aim at: a little application, every address that takes a body, and a look whether anything changed. */
import { expect } from "@jest/globals";
import { createAsk, type Method } from "./ask.ts";
import { createClient } from "./client.ts";

/** Every address that takes a body with a field, behind /applications, with T for the token. */
export const writes: [method: Method, path: string, field: string][] = [
  ["POST", "", "application_name"],
  ["PUT", "/T", "application_name"],
  ["PATCH", "/T", "application_name"],
  ["POST", "/T/chats", "chat_name"],
  ["PUT", "/T/chats/1", "chat_name"],
  ["PATCH", "/T/chats/1", "chat_name"],
  ["POST", "/T/chats/1", "message_content"],
  ["POST", "/T/chats/1/messages", "message_content"],
  ["PUT", "/T/chats/1/messages/1", "message_content"],
  ["PATCH", "/T/chats/1/messages/1", "message_content"],
];

export type Target = Awaited<ReturnType<typeof aTarget>>;

/** An application with one chat of one message. */
export async function aTarget(url: string) {
  const ask = createAsk(url);
  const client = createClient(url);
  const { token, secret } = await client.anApplication("Target");
  await client.aChat(token, "Target");
  await client.send(token, 1, "target");

  /** All there is, without the counts, which the cron raises when it likes. */
  async function look(): Promise<unknown[]> {
    const paths = [
      "?limit=200",
      `/${token}`,
      `/${token}/chats`,
      `/${token}/chats/1`,
      `/${token}/chats/1/messages`,
    ];
    const replies = await Promise.all(paths.map((path) => ask("GET", path)));
    return replies.map(({ status, text }) => [status, text.replace(/"(chats|messages)_count":\d+,?/g, "")]);
  }
  const before = await look();

  return {
    token,
    secret,
    at: (path: string): string => path.replace("T", token),

    /** Nothing changed, and no number was used: the next chat and message get the next ones. For the end of a spec. */
    async expectUntouched(): Promise<void> {
      expect(await look()).toEqual(before);
      expect((await client.send(token, 1, "next")).body).toMatchObject({ message_number: 2 });
      expect(await client.aChat(token)).toBe(2);
    },
  };
}
