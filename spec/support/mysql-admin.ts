/** What only an administrator of a world's own MariaDB may do, as its root through the socket. */
import { join } from "node:path";
import { run } from "../../scripts/servers/process.ts";
import { program } from "../../scripts/servers/programs.ts";
import type { World } from "./world.ts";

/** MariaDB lets root in without a password where root of the machine asks. */
export const canAdminister = process.getuid?.() === 0;

export async function administer({ dataFolder }: Pick<World, "dataFolder">, sql: string): Promise<void> {
  const socket = join(dataFolder, "mariadb", "mariadb.sock");
  await run(program("mariadb"), ["--no-defaults", `--socket=${socket}`, "-e", sql]);
}
