/** Users, as far as messages and their readers need them. */
import { selectRows } from "@parley/common/db";
import type { Sender } from "@parley/common/records";
import type { Knex } from "knex";

type Row = { id: number; number: number; username: string | null; display_name: string | null };

const nameOfDeleted = "deleted user";

function toSender({ number, username, display_name: displayName }: Row): Sender {
  if (username === null) return { number, displayName: nameOfDeleted };
  return { number, username, ...(displayName !== null && { displayName }) };
}

/** By id. */
export async function mapSenders(db: Knex, ids: readonly number[]): Promise<Map<number, Sender>> {
  if (ids.length === 0) return new Map();
  const rows = await selectRows<Row>(
    db,
    `SELECT u.id, u.number, u.username, p.display_name FROM users u LEFT JOIN profiles p ON p.user_id = u.id
     WHERE u.id IN (${ids.map(() => "?").join()})`,
    ids,
  );
  return new Map(rows.map((row) => [row.id, toSender(row)]));
}

type UserKey = { applicationId: number; number: number };

/** Ids by `application id:number`, deleted users among them. */
export async function mapUserIds(db: Knex, keys: readonly UserKey[]): Promise<Map<string, number>> {
  const byApplication = Map.groupBy(keys, ({ applicationId }) => applicationId);
  const found = new Map<string, number>();
  for (const [applicationId, ofApplication] of byApplication) {
    const numbers = [...new Set(ofApplication.map(({ number }) => number))];
    const rows: { id: number; number: number }[] = await db("users")
      .select("id", "number")
      .where({ application_id: applicationId })
      .whereIn("number", numbers);
    for (const { id, number } of rows) found.set(`${applicationId}:${number}`, id);
  }
  return found;
}

/** Undefined when there is no such user. */
export async function findUserId(db: Knex, token: string, number: number): Promise<number | undefined> {
  const [row] = await selectRows<{ id: number }>(
    db,
    "SELECT u.id FROM users u JOIN applications a ON a.id = u.application_id WHERE a.token = ? AND u.number = ?",
    [token, number],
  );
  return row?.id;
}

/** Gives how many there were, at most `limit`. */
export async function deleteOverSessions(db: Knex, limit: number): Promise<number> {
  return db("sessions").where("expires_at", "<", new Date()).limit(limit).delete();
}

/** Whether a login of that user has not ended. */
export async function isSessionLive(
  db: Knex,
  token: string,
  { user, session }: { user: number; session: string },
): Promise<boolean> {
  const rows = await selectRows(
    db,
    `SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id JOIN applications a ON a.id = u.application_id
     WHERE s.id = ? AND s.ended_at IS NULL AND s.expires_at > ? AND u.number = ? AND u.state = 'live' AND a.token = ?`,
    [session, new Date(), user, token],
  );
  return rows.length > 0;
}
