/** An application as the examples of the OpenAPI document take it: two users, a chat, messages, a conversation. */
import type { Knex } from "knex";
import { parkedUid } from "../../scripts/openapi/operation.ts";
import { bearer } from "../support/ask.ts";
import type { startHouse } from "../support/house.ts";
import { password } from "../support/people.ts";

export type Residents = {
  token: string;
  secret: string;
  accessToken: string;
  refreshToken: string;
  session: string;
};

/** The record that the example of a replay is about, which can be stored by now. */
export async function parkRecord(db: Knex): Promise<void> {
  const record = { kind: "application", uid: parkedUid, token: parkedUid, name: "Parked", createdAt: 0 };
  const reason = "was too long";
  await db("parked").insert({
    uid: parkedUid,
    record: JSON.stringify(record),
    reason,
    parked_at: new Date(),
  });
}

/** Ann is user 1 and Ben user 2; both own chat 1, and Ann has written to all and to Ben. */
export async function createResidents({ people, client }: ReturnType<typeof startHouse>): Promise<Residents> {
  const { token, secret } = await client.anApplication();
  const { must } = people;
  const server = bearer(secret);
  await must(201, "POST", `/${token}/users`, { username: "ann", password }, server);
  const tokens = await must(201, "POST", `/${token}/users/1/token`, undefined, server);
  const { access_token: accessToken, refresh_token: refreshToken } = tokens.body as Record<string, string>;
  await people.mint(token, secret, "ben");
  const ann = bearer(String(accessToken));
  await must(201, "POST", `/${token}/chats`, { chat_name: "General" });
  for (const message_content of ["Good morning from Köln", "Who is there?"]) {
    await must(201, "POST", `/${token}/chats/1/messages`, { message_content });
    await must(201, "POST", `/${token}/messages`, { message_content }, ann);
    await must(201, "POST", `/${token}/users/2/messages`, { message_content }, ann);
  }
  for (const user of [1, 2]) {
    await must(200, "PUT", `/${token}/chats/1/members/${user}`, { role: "owner" }, server);
  }
  const sessions = await must(200, "GET", `/${token}/sessions`, undefined, ann);
  const [session] = sessions.body as { session_id: string }[];
  return {
    token,
    secret,
    accessToken: String(accessToken),
    refreshToken: String(refreshToken),
    session: String(session?.session_id),
  };
}
