/** Runs a script of the repository as a person would, against a world's stores. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { repository } from "../../scripts/data-folder.ts";

export type ScriptResult = { code: number; output: string };

export function runScript(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ScriptResult> {
  const command = [join(repository, "scripts", name), ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      const code = error ? Number(error.code ?? 1) : 0;
      resolve({ code, output: stdout + stderr });
    });
  });
}
