/** Writers and readers that go on while a fault comes and goes, and note what they were promised. */
import { shardOf } from "@parley/common/records";
import { waitUntil } from "../support/wait-until.ts";
import type { History } from "./history.ts";
import { readOn } from "./load-readers.ts";
import { createOperations, type Operations, type Parent } from "./operations.ts";
import type { Ask } from "./requests.ts";

export type LoadOptions = {
  writers: number;
  parents: number;
  readers: number;
  /** Of each writer between two writes. */
  pauseMs: number;
  /** One acknowledged message in so many is read back at once. */
  readBackEvery: number;
  /** Every create is sent three times, twice at once. */
  repeated?: boolean;
};
export type Load = Awaited<ReturnType<typeof startLoad>>;

/** What some writers, by their last digit, do to each eighth of their messages. */
const changes: Record<number, "edit" | "delete"> = { 3: "edit", 7: "delete" };
const shards = 4;
const applications = 6;
/** How long a writer insists on one operation after the load has ended. */
const insistMs = 45_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const parentName = (token: string, chat: number): string => `${token}:${chat}`;

/** Chats over several applications, so that all shards take part. */
async function makeParents({ createApplication, createChat }: Operations, count: number): Promise<Parent[]> {
  const tokens: string[] = [];
  // A token's shard cannot be chosen, so applications are made until each has one.
  const missing = (): boolean => new Set(tokens.map((token) => shardOf(token, shards))).size < shards;
  while (tokens.length < applications || missing()) {
    const made = await createApplication(0);
    if (!made) throw new Error("an application was refused");
    tokens.push(made.token);
  }
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const token = tokens[i % tokens.length] ?? "";
      const made = await createChat(0, token);
      if (!made) throw new Error("a chat was refused");
      return { token, chat: made.number, name: parentName(token, made.number) };
    }),
  );
}

/** Makes the parents, then starts the load on them. */
export async function startLoad(ask: Ask, history: History, options: LoadOptions) {
  let endsAt = Infinity;
  let acknowledgedMessages = 0;
  const acknowledgedAt: number[] = [];
  const reading = new Set<Promise<void>>();
  const isOver = (): boolean => performance.now() >= endsAt;
  const operations = createOperations({
    ask,
    history,
    repeated: options.repeated ?? false,
    isGivenUp: () => performance.now() > endsAt + insistMs,
    onAcknowledged: () => acknowledgedAt.push(performance.now()),
  });
  const parents = await makeParents(operations, options.parents);

  async function writeOnce(writer: number, turn: number): Promise<void> {
    const parent = parents[writer % parents.length];
    if (!parent) return;
    if (writer % 20 === 5 && turn % 12 === 11) await operations.createChat(writer, parent.token);
    if (writer % 40 === 6 && turn % 24 === 23) await operations.createApplication(writer);
    const made = await operations.createMessage(writer, parent);
    if (!made) return;
    acknowledgedMessages += 1;
    const isSample = acknowledgedMessages % options.readBackEvery === 0 && reading.size < options.writers;
    // The writer goes on meanwhile, unless the message is about to be another one.
    const read = isSample ? operations.readBack(parent, made) : Promise.resolve();
    reading.add(read);
    void read.then(() => reading.delete(read));
    const act = changes[writer % 10];
    if (!act || turn % 8 !== 7) return;
    await read;
    await operations.change(act, { writer, parent, made });
  }

  async function write(writer: number): Promise<void> {
    for (let turn = 0; !isOver(); turn += 1) {
      await writeOnce(writer, turn);
      if (options.pauseMs > 0) await pause(options.pauseMs * (0.5 + Math.random()));
    }
  }

  const going = [
    ...Array.from({ length: options.writers }, (_, i) => write(i)),
    ...Array.from({ length: options.readers }, (_, i) => readOn({ ask, history, parents, isOver, first: i })),
  ];

  return {
    parents,
    acknowledgedAt: acknowledgedAt as readonly number[],
    messagesAcknowledged: (): number => acknowledgedMessages,
    /** So many more were acknowledged. */
    acknowledged(more: number): Promise<boolean> {
      const goal = acknowledgedAt.length + more;
      return waitUntil(() => acknowledgedAt.length >= goal, 30_000);
    },
    /** Nobody insists any more: for a spec that has failed. */
    abandon: (): void => void (endsAt = performance.now() - insistMs),
    /** Everybody finishes what they have in hand. */
    async end(): Promise<void> {
      endsAt = performance.now();
      await Promise.all(going);
      await Promise.all(reading);
    },
  };
}
