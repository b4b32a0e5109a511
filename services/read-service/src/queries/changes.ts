/** What has changed in a chat, as far as it is not a message: its members, each with what it came to be last. */
import type { Role } from "@parley/common/fact";
import { selectRows } from "@parley/common/db";
import type { Sender } from "@parley/common/records";
import type { Knex } from "knex";
import { mapSenders } from "./senders.ts";

/** Without a role it has left. */
export type MemberChange = { changeNumber: number; user: Sender; role?: Role };

export async function findLastChange(db: Knex, chatId: number): Promise<number | undefined> {
  const [row] = await selectRows<{ last_change: number }>(db, "SELECT last_change FROM chats WHERE id = ?", [
    chatId,
  ]);
  return row?.last_change;
}

/** In a range of change numbers, oldest first. */
export async function listMemberChanges(
  db: Knex,
  chatId: number,
  { after, through }: { after: number; through: number },
): Promise<MemberChange[]> {
  type Row = { user_id: number; change_number: number; role: Role | null };
  const rows = await selectRows<Row>(
    db,
    `SELECT user_id, change_number, role FROM member_changes
     WHERE chat_id = ? AND change_number > ? AND change_number <= ? ORDER BY change_number`,
    [chatId, after, through],
  );
  const users = await mapSenders(
    db,
    rows.map((row) => row.user_id),
  );
  return rows.flatMap(({ user_id, change_number: changeNumber, role }) => {
    const user = users.get(user_id);
    return user ? [{ changeNumber, user, ...(role && { role }) }] : [];
  });
}

/** The numbers of a chat's members, or of the two whose conversation it is. */
export async function listMemberNumbers(db: Knex, chatId: number): Promise<number[]> {
  const rows = await selectRows<{ number: number }>(
    db,
    `SELECT u.number FROM members mb JOIN users u ON u.id = mb.user_id AND u.state = 'live'
     WHERE mb.chat_id = ? ORDER BY u.number`,
    [chatId],
  );
  return rows.map(({ number }) => number);
}
