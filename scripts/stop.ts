/** `npm stop`: asks the running `npm start` to stop and waits for it; also stops what a killed one has left behind. */
import { setTimeout as sleep } from "node:timers/promises";
import { dataFolderPath, findSupervisor, readState, writeState } from "./data-folder.ts";
import { isAlive, type ProcessId } from "./servers/process-info.ts";
import { stopStray } from "./servers/process.ts";

export async function stopParley(folder: string): Promise<void> {
  const supervisor = findSupervisor(folder);
  if (supervisor) await stopSupervisor(supervisor);
  const strays = await stopStrays(folder);
  console.log(
    supervisor || strays > 0 ? "Stopped. The data stays." : `Nothing runs (data folder ${folder}).`,
  );
}

async function stopSupervisor(supervisor: ProcessId): Promise<void> {
  console.log(`Stopping Parley (pid ${supervisor.pid}) …`);
  process.kill(supervisor.pid, "SIGTERM");
  while (isAlive(supervisor)) await sleep(100);
}

async function stopStrays(folder: string): Promise<number> {
  const state = readState(folder);
  const left = state.processes.filter(isAlive).toReversed();
  for (const stray of left) {
    console.log(`Stopping ${stray.name} (pid ${stray.pid}), left behind by an earlier run …`);
    await stopStray(stray);
  }
  if (state.processes.length > 0) writeState(folder, { ...state, processes: [] });
  return left.length;
}

if (import.meta.main) await stopParley(dataFolderPath());
