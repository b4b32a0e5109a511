/** What clients asked for and were told, as lines of a file that survives the spec, and as operations for the checker. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

/** `parent` as the ledger names it: "applications", a token, or token:chat. */
export type Invocation = {
  writer: number;
  act: "application" | "chat" | "message" | "edit" | "delete";
  parent: string;
  /** Of the record: it begins its text, so that a stored row tells whose it is. */
  key: string;
  bodyHash: string;
  /** What an edit or a delete is about. */
  target?: number;
};
export type Event = { op: number; at: number } & (
  | ({ type: "invoke" } & Invocation)
  | { type: "ok"; number: number; uid?: string }
  /** Refused: must not exist. */
  | { type: "fail"; status: number }
  /** Timed out, broken or 5xx: nobody knows. */
  | { type: "info"; status: number }
  /** Something that was promised was seen broken while it went on. */
  | { type: "violation"; what: string }
);
type Telling = Event extends infer E ? (E extends Event ? Omit<E, "op" | "at"> : never) : never;

export type Operation = Invocation & {
  op: number;
  outcome: "ok" | "fail" | "unknown";
  invokedAt: number;
  doneAt: number;
  number?: number;
  uid?: string;
};
export type History = Awaited<ReturnType<typeof openHistory>>;

const fsyncEveryMs = 50;

export const hashOf = (text: string): string =>
  createHash("sha1").update(text).digest("base64url").slice(0, 12);

/** Whose record a text is. */
export const keyOf = (text: string): string => text.split(" ", 1)[0] ?? "";

/** Keeps events in memory, and in a file that is synced every 50 ms: it must outlive a spec that is killed. */
export async function openHistory(path: string) {
  const file = await open(path, "a");
  const events: Event[] = [];
  let written = 0;
  let ops = 0;
  let writing = Promise.resolve();

  async function write(): Promise<void> {
    const fresh = events.slice(written);
    if (fresh.length === 0) return;
    written = events.length;
    await file.appendFile(fresh.map((event) => `${JSON.stringify(event)}\n`).join(""));
    await file.datasync();
  }
  const timer = setInterval(() => {
    writing = writing.then(write);
  }, fsyncEveryMs);

  return {
    events: events as readonly Event[],
    newOp: (): number => (ops += 1),
    tell: (op: number, event: Telling): void => {
      events.push({ op, at: performance.now(), ...event } as Event);
    },
    async close(): Promise<void> {
      clearInterval(timer);
      await writing.then(write);
      await file.close();
    },
  };
}

/** One operation per intention, with the last that was said of it. */
export function toOperations(events: readonly Event[]): Operation[] {
  const operations = new Map<number, Operation>();
  for (const event of events) {
    if (event.type === "invoke") {
      const { type: _, at, ...invocation } = event;
      operations.set(event.op, { ...invocation, outcome: "unknown", invokedAt: at, doneAt: Infinity });
      continue;
    }
    const operation = operations.get(event.op);
    if (!operation) continue;
    if (event.type === "ok") {
      const { number, at: doneAt } = event;
      Object.assign(operation, { outcome: "ok", number, doneAt, ...(event.uid && { uid: event.uid }) });
    } else if (event.type === "fail") {
      Object.assign(operation, { outcome: "fail", doneAt: event.at });
    }
  }
  return [...operations.values()];
}
