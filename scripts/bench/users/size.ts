/** What users take on disk, and how much of it is for search. */
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { mysqlUrl, type World } from "../world.ts";
import type { Crowd } from "./people.ts";

interface TableRow extends RowDataPacket {
  name: string;
  data: number;
  indexes: number;
}

export async function measureSize({ stores }: World, { people }: Crowd): Promise<void> {
  const connection = await createConnection({ uri: mysqlUrl(stores) });
  try {
    const [tables] = await connection.query<TableRow[]>(
      `SELECT table_name AS name, data_length AS data, index_length AS indexes FROM information_schema.tables
       WHERE table_schema = DATABASE() AND table_name IN ('users', 'profiles', 'user_suffixes')`,
    );
    const each = (bytes: number): number => Math.round(bytes / people.length);
    const names = people.reduce(
      (sum, { username, displayName }) => sum + Buffer.byteLength(username) + Buffer.byteLength(displayName),
      0,
    );
    console.log("  bytes a user");
    console.table({
      ...Object.fromEntries(
        tables.map(({ name, data, indexes }) => [
          name,
          { table: each(data), "other indexes": each(indexes), together: each(data + indexes) },
        ]),
      ),
      "the names alone": { together: each(names) },
    });
  } finally {
    await connection.end();
  }
}
