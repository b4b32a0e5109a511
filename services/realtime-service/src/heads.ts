/** How far each connected chat has come, told now and then: a client that is behind has lost a change, and reads it. */
import type { Connection } from "./connection.ts";

export function sendHeads(connection: Connection): void {
  const heads = { chats: {} as Record<string, number>, users: {} as Record<string, number> };
  for (const { place, through } of connection.subscriptions.values()) {
    if ("user_number" in place) heads.users[place.user_number] = through;
    else heads.chats[place.chat_number] = through;
  }
  if (connection.subscriptions.size > 0) connection.send("heads", heads);
}
