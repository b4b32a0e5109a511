/** A steady stream of messages from a process apart. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export type PostJob = { addresses: string[]; perSecond: number; seconds: number; connections: number };
/** A message, and when its 201 was there, in milliseconds since 1970. */
export type Accepted = [chat: number, number: number, at: number];

export async function postSteadily(job: PostJob): Promise<Accepted[]> {
  const child = fork(join(import.meta.dirname, "poster.ts"), { serialization: "advanced" });
  child.send(job);
  const [accepted] = (await once(child, "message")) as [Accepted[]];
  return accepted;
}
