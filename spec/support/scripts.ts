/** Runs a script of the repository as a person would, against a world's stores. */
import { execFile, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { repository } from "../../scripts/data-folder.ts";

export type ScriptResult = { code: number; output: string };
/** One that runs: `process` can be stopped and killed, `result` comes when it has ended. */
export type RunningScript = { process: ChildProcess; result: Promise<ScriptResult> };

export function startScript(name: string, args: readonly string[], env: NodeJS.ProcessEnv): RunningScript {
  const command = [join(repository, "scripts", name), ...args];
  const { promise: result, resolve } = Promise.withResolvers<ScriptResult>();
  const options = { env: { ...process.env, ...env } };
  const started = execFile(process.execPath, command, options, (error, stdout, stderr) => {
    resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
  });
  return { process: started, result };
}

export const runScript = (
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ScriptResult> => startScript(name, args, env).result;
