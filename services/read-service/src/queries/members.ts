/** Who is in a chat, and as what; the two of a conversation are its members. */
import type { Role } from "@parley/common/fact";
import { selectRows } from "@parley/common/db";
import type { Knex } from "knex";

export type NewMember = { chatId: number; userId: number; role: Role };

export async function insertMembers(trx: Knex.Transaction, members: readonly NewMember[]): Promise<void> {
  if (members.length === 0) return;
  const at = new Date();
  await trx("members").insert(
    members.map(({ chatId, userId, role }) => ({ chat_id: chatId, user_id: userId, role, created_at: at })),
  );
}

/** The role that a user has in a chat, if any. */
export async function findRole(db: Knex, chatId: number, user: number): Promise<Role | undefined> {
  const [row] = await selectRows<{ role: Role }>(
    db,
    `SELECT mb.role FROM members mb JOIN chats c ON c.id = mb.chat_id
     JOIN users u ON u.application_id = c.application_id AND u.number = ? AND u.state = 'live'
     WHERE mb.chat_id = ? AND mb.user_id = u.id`,
    [user, chatId],
  );
  return row?.role;
}

/** Ids of the private chats of an application in which a user has a role. */
export async function listPrivateChatIds(
  db: Knex,
  { applicationId, user, limit }: { applicationId: number; user: number; limit: number },
): Promise<number[]> {
  const rows = await selectRows<{ id: number }>(
    db,
    `SELECT c.id FROM users u JOIN members mb ON mb.user_id = u.id JOIN chats c ON c.id = mb.chat_id
     WHERE u.application_id = ? AND u.number = ? AND c.kind = 'chat' AND c.private = 1 ORDER BY c.id LIMIT ?`,
    [applicationId, user, limit],
  );
  return rows.map(({ id }) => id);
}
