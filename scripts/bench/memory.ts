/** Resident memory of Parley's Node processes, at rest and over many creates. */
import { groupMemoryKb } from "../servers/process-info.ts";
import { CONNECTIONS, faultsOf, runLoad } from "./load.ts";
import { createPlaces, messagePath, postsTo } from "./places.ts";
import type { Probe } from "./probe.ts";
import type { World } from "./world.ts";

const CHATS = 16;
const STEP = 50_000;

/** In megabytes, by process. */
export type Memory = Record<string, number>;

export function readMemory({ createService, readService }: World): Memory {
  const processes = [createService, readService];
  const memory = processes.map(({ name, pid }) => [name, groupMemoryKb(pid) / 1024] as const);
  // A workload may have stopped one.
  return Object.fromEntries(memory.filter(([, megabytes]) => megabytes > 0));
}

export function formatMemory(memory: Memory): string {
  const each = Object.entries(memory).map(([name, megabytes]) => `${name} ${megabytes.toFixed(0)} MB`);
  const total = Object.values(memory).reduce((sum, megabytes) => sum + megabytes, 0);
  return `${each.join(", ")}, together ${total.toFixed(0)} MB`;
}

/** Creates messages through nginx and tells the memory every 50,000, and once more when all is stored. */
export async function watchCreates(world: World, probe: Probe, creates: number): Promise<void> {
  const places = await createPlaces(world.nginx.url, { applications: 1, chats: CHATS });
  const requests = postsTo(places.map(messagePath));
  for (let done = 0; done < creates;) {
    const amount = Math.min(STEP, creates - done);
    const load = await runLoad({ url: world.nginx.url, connections: CONNECTIONS, requests, amount });
    done += amount;
    const faults = faultsOf(load, 201).map((fault) => `, ${fault}`);
    console.log(`  after ${done} creates: ${formatMemory(readMemory(world))}${faults.join("")}`);
  }
  await probe.untilEmpty();
  const { rows } = await probe.findStored(places.map(({ token }) => token));
  console.log(`  ${rows} of ${creates} stored: ${formatMemory(readMemory(world))}`);
}
