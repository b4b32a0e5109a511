/** Where a bench plays: a data folder of its own, and servers that end with it, also by a signal. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Process } from "../servers/process.ts";

export type Stage = ReturnType<typeof openStage>;

function openStage() {
  const dataFolder = mkdtempSync(join(tmpdir(), "parley-bench-"));
  const started: Process[] = [];
  let isAborted = false;
  return {
    started: started as readonly Process[],
    isAborted: (): boolean => isAborted,

    onSpawn: (spawned: Process): void => {
      started.push(spawned);
      if (isAborted) spawned.kill();
    },

    makeFolder(name: string): string {
      const folder = join(dataFolder, name);
      mkdirSync(folder);
      // The servers run as an account of their own and must get through to their folders.
      for (const path of [dataFolder, folder]) chmodSync(path, 0o711);
      return folder;
    },

    async stop(): Promise<void> {
      await Promise.all(started.map((server) => server.stop()));
      rmSync(dataFolder, { recursive: true, force: true });
    },

    /** Waits for nobody but the servers, which might still write into their folder. */
    async abort(): Promise<void> {
      isAborted = true;
      for (const server of started) server.kill();
      await Promise.all(started.map(({ exited }) => exited));
      rmSync(dataFolder, { recursive: true, force: true });
      process.exit(130);
    },
  };
}

/** Runs a bench to its exit code. */
export async function runOnStage(bench: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = openStage();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stage.abort());
  try {
    await bench(stage);
  } catch (error) {
    if (!stage.isAborted()) console.error((error as Error).message);
    process.exitCode = 1;
  } finally {
    await stage.stop();
  }
}
