/** The crowd's rows of user_suffixes: some thirty a user, which have to come nearly in the order of the table to be written fast. */
import { once } from "node:events";
import { createReadStream, createWriteStream, rmSync } from "node:fs";
import { join } from "node:path";
import type { Connection } from "mysql2/promise";
import { suffixesOf } from "../../../services/account-service/src/find-users.ts";
import { createBar, step } from "../../progress.ts";
import { run } from "../../servers/process.ts";
import type { Crowd, Person } from "./people.ts";

const SECONDARY = "user_suffixes_application_id_number";

/** No name has a tab, a line feed or a backslash. */
function linesOf({ username, displayName }: Person, number: number): string {
  const suffixes = suffixesOf({ username, profile: { displayName } });
  return suffixes
    .map(({ isInner, suffix, position }) => `${Number(isInner)}\t${suffix}\t${number}\t${position}\n`)
    .join("");
}

async function writeLines(path: string, { people }: Crowd): Promise<void> {
  const bar = createBar("suffixes");
  const file = createWriteStream(path);
  for (const [i, person] of people.entries()) {
    if (file.write(linesOf(person, i + 1))) continue;
    await once(file, "drain");
    bar.show(i + 1, people.length);
  }
  file.end();
  await once(file, "finish");
  bar.clear();
}

/** By their first bytes alone; then they come as users do, so that pages are split, and as full as they are in life. */
async function sort(path: string): Promise<void> {
  const keys = ["-k1,1", "-k2.1,2.3", "-k3,3n"];
  await run("sort", ["-S", "512M", "-t", "\t", ...keys, "-o", path, path], {
    env: { ...process.env, LC_ALL: "C" },
  });
}

async function load(connection: Connection, path: string, applicationId: number): Promise<void> {
  await connection.query({
    sql: `LOAD DATA LOCAL INFILE 'suffixes' INTO TABLE user_suffixes CHARACTER SET binary
          (is_inner, suffix, number, position) SET application_id = ?`,
    values: [applicationId],
    infileStreamFactory: () => createReadStream(path),
  });
}

export async function fillSuffixes(connection: Connection, crowd: Crowd, folder: string): Promise<void> {
  const path = join(folder, "suffixes");
  // Its order is another one: it is made afterwards, by sorting.
  await connection.query(`ALTER TABLE user_suffixes DROP INDEX ${SECONDARY}`);
  await writeLines(path, crowd);
  await step("suffixes sorted", sort(path));
  await step("suffixes stored", load(connection, path, crowd.applicationId));
  rmSync(path);
  const addIndex = `ALTER TABLE user_suffixes ADD INDEX ${SECONDARY} (application_id, number)`;
  await step("suffixes indexed", connection.query(addIndex));
}
