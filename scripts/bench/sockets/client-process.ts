/** Many sockets in a process apart. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** `hellos`: the frames that the sockets send when they are open, dealt out in turn; each waits for its answer. */
export type Job = { url: string; count: number; hellos: string[] };
/** Message frames, of the sockets together and of one. */
export type Counted = { fewest: number; most: number; all: number };
/** A message that came: its chat and number, when, in milliseconds since 1970, and its content. */
export type Seen = [chat: number, number: number, at: number, content: string];
export type Told =
  | { type: "open" }
  | { type: "counted"; counted: Counted }
  /** Of each socket that is looked at. */
  | { type: "seen"; seen: Seen[][] };
export type Clients = Awaited<ReturnType<typeof openClients>>;

export async function openClients(job: Job) {
  const child = fork(join(import.meta.dirname, "clients.ts"), { serialization: "advanced" });
  let counted: Counted = { fewest: 0, most: 0, all: 0 };
  let onSeen: (seen: Seen[][]) => void = () => undefined;
  let onOpen: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (onOpen = resolve));
  child.on("message", (told: Told) => {
    if (told.type === "open") onOpen();
    else if (told.type === "counted") counted = told.counted;
    else onSeen(told.seen);
  });
  child.send(job);
  await opened;
  return {
    pid: child.pid ?? 0,
    counted: (): Counted => counted,
    /** What the sockets that are looked at have got since they were asked last. */
    seen(): Promise<Seen[][]> {
      const told = new Promise<Seen[][]>((resolve) => (onSeen = resolve));
      child.send("seen");
      return told;
    },
    async stop(): Promise<void> {
      child.disconnect();
      await once(child, "exit");
    },
  };
}
