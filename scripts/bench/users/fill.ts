/** A crowd of users in one application, written past the product into the very rows that it would write. */
import { createConnection, type Connection, type RowDataPacket } from "mysql2/promise";
import { createClient } from "../../../spec/support/client.ts";
import { waitUntil } from "../../../spec/support/wait-until.ts";
import { usernameKey } from "../../../services/account-service/src/usernames.ts";
import { createBar } from "../../progress.ts";
import { mysqlUrl, type World } from "../world.ts";
import { makePeople, type Crowd } from "./people.ts";
import { fillSuffixes } from "./suffixes.ts";

/** Of more a statement is no faster. */
const ROWS_AT_ONCE = 5000;

interface IdRow extends RowDataPacket {
  id: number;
}

async function findApplicationId(connection: Connection, token: string): Promise<number> {
  const { id } = await waitUntil(async () => {
    const [rows] = await connection.query<IdRow[]>("SELECT id FROM applications WHERE token = ?", [token]);
    return rows[0];
  });
  return id;
}

/** There are no others: a user's id is its number. */
async function insertUsers(connection: Connection, { applicationId, people }: Crowd): Promise<void> {
  const at = new Date();
  const bar = createBar("users and profiles");
  for (let i = 0; i < people.length; i += ROWS_AT_ONCE) {
    const part = people.slice(i, i + ROWS_AT_ONCE).map((person, j) => ({ ...person, number: i + j + 1 }));
    await connection.query(
      "INSERT INTO users (id, application_id, number, username, username_key, created_at, updated_at) VALUES ?",
      [
        part.map(({ number, username }) => {
          return [number, applicationId, number, username, usernameKey(username), at, at];
        }),
      ],
    );
    await connection.query("INSERT INTO profiles (user_id, display_name) VALUES ?", [
      part.map(({ number, displayName }) => [number, displayName]),
    ]);
    bar.show(i + part.length, people.length);
  }
  bar.clear();
  await connection.query("UPDATE applications SET last_user = ? WHERE id = ?", [
    people.length,
    applicationId,
  ]);
}

export async function fillUsers(world: World, count: number): Promise<Crowd> {
  const { token } = await createClient(world.nginx.url).anApplication("Crowd");
  const connection = await createConnection({ uri: mysqlUrl(world.stores), timezone: "Z" });
  try {
    const applicationId = await findApplicationId(connection, token);
    const crowd = { token, applicationId, people: makePeople(count) };
    await connection.query("SET SESSION unique_checks = 0, foreign_key_checks = 0");
    await insertUsers(connection, crowd);
    await fillSuffixes(connection, crowd, world.dataFolder);
    await connection.query("ANALYZE TABLE users, profiles, user_suffixes");
    return crowd;
  } finally {
    await connection.end();
  }
}
