/** How much there is altogether, from the counts that are kept anyway, and may be below 0 for a while: no message is counted for it. */
import type { Knex } from "knex";
import { selectRows } from "@parley/common/db";

export type Contents = { applications: number; chats: number; messages: number; users: number };

export async function sumContents(db: Knex): Promise<Contents> {
  const [row] = await selectRows<Record<keyof Contents, string | number | null>>(
    db,
    `SELECT COUNT(*) AS applications, SUM(GREATEST(chats_count, 0)) AS chats,
       (SELECT SUM(GREATEST(messages_count, 0)) FROM chats WHERE state = 'live') AS messages,
       (SELECT COUNT(*) FROM users WHERE state = 'live') AS users
     FROM applications WHERE state = 'live'`,
    [],
  );
  const { applications, chats, messages, users } = row ?? {};
  return {
    applications: Number(applications ?? 0),
    chats: Number(chats ?? 0),
    messages: Number(messages ?? 0),
    users: Number(users ?? 0),
  };
}
