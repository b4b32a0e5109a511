/** Writers and readers that go on while a fault comes and goes, and note what they were promised. */
import { v7 as uuidv7 } from "uuid";
import { shardOf } from "@parley/common/records";
import { waitUntil } from "../support/wait-until.ts";
import { hashOf, type History, type Invocation } from "./history.ts";
import { readOn } from "./load-readers.ts";
import type { Answer, Ask } from "./requests.ts";

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
export type Parent = { token: string; chat: number; name: string };
export type Load = Awaited<ReturnType<typeof startLoad>>;

/** What some writers, by their last digit, do to each eighth of their messages. */
const changes: Record<number, "edit" | "delete"> = { 3: "edit", 7: "delete" };
const shards = 4;
const applications = 6;
/** How long a writer insists on one operation after the load has ended. */
const insistMs = 45_000;
const longestBackoffMs = 500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const parentName = (token: string, chat: number): string => `${token}:${chat}`;

type Creation = Pick<Invocation, "writer" | "act" | "parent"> & {
  path: string;
  field: string;
};

/** Makes the parents, then starts the load on them. */
export async function startLoad(ask: Ask, history: History, options: LoadOptions) {
  let endsAt = Infinity;
  const isOver = (): boolean => performance.now() >= endsAt;
  const acknowledgedAt: number[] = [];
  const reading = new Set<Promise<void>>();
  let acknowledgedMessages = 0;

  /** Asks until it is known what came of it. */
  async function insist(op: number, send: () => Promise<Answer>): Promise<Answer | undefined> {
    for (let backoffMs = 50; ; backoffMs = Math.min(backoffMs * 2, longestBackoffMs)) {
      const answer = await send();
      const { status } = answer;
      if (status >= 200 && status < 300) return answer;
      if (status >= 400 && status < 500 && status !== 429) {
        history.tell(op, { type: "fail", status });
        return undefined;
      }
      history.tell(op, { type: "info", status });
      if (performance.now() > endsAt + insistMs) return undefined;
      await pause(backoffMs * (0.5 + Math.random()));
    }
  }

  /** The same request again: it must have the same number. */
  async function sendRepeated(op: number, send: () => Promise<Answer>): Promise<Answer> {
    const answers = await Promise.all([send(), send()]);
    answers.push(await send());
    const accepted = answers.filter(({ status }) => status === 201);
    if (new Set(accepted.map(({ text }) => text)).size > 1) {
      history.tell(op, {
        type: "violation",
        what: `repeats differ: ${accepted.map((a) => a.text).join(" ")}`,
      });
    }
    return accepted[0] ?? answers[0] ?? { status: 0, text: "", headers: {} };
  }

  async function create({ writer, act, parent, path, field }: Creation) {
    const op = history.newOp();
    const key = uuidv7();
    const text = act === "message" ? `${key} from writer ${writer}, the ${op}th of all` : key;
    history.tell(op, { type: "invoke", writer, act, parent, key, bodyHash: hashOf(text) });
    const send = (): Promise<Answer> => ask("POST", path, { body: { [field]: text }, key });
    const answer = await insist(op, () => (options.repeated ? sendRepeated(op, send) : send()));
    if (!answer) return undefined;
    const body = JSON.parse(answer.text) as Record<string, unknown>;
    const token = String(body["application_token"]);
    const number = act === "application" ? 0 : Number(body[`${act}_number`]);
    history.tell(op, { type: "ok", number, ...(act === "application" && { uid: token }) });
    acknowledgedAt.push(performance.now());
    return { op, key, text, token, number };
  }

  const createApplication = (writer: number) =>
    create({ writer, act: "application", parent: "applications", path: "", field: "application_name" });
  const createChat = (writer: number, token: string) =>
    create({ writer, act: "chat", parent: token, path: `/${token}/chats`, field: "chat_name" });

  async function makeParents(): Promise<Parent[]> {
    const tokens: string[] = [];
    // All shards take part: a token's shard cannot be chosen, so applications are made until each has one.
    const missing = (): boolean => new Set(tokens.map((token) => shardOf(token, shards))).size < shards;
    while (tokens.length < applications || missing()) {
      const made = await createApplication(0);
      if (!made) throw new Error("an application was refused");
      tokens.push(made.token);
    }
    return Promise.all(
      Array.from({ length: options.parents }, async (_, i) => {
        const token = tokens[i % tokens.length] ?? "";
        const made = await createChat(0, token);
        if (!made) throw new Error("a chat was refused");
        return { token, chat: made.number, name: parentName(token, made.number) };
      }),
    );
  }

  const parents = await makeParents();

  /** 503 is allowed while a store is away; a denial or another content never is. */
  async function readBack({ op, text, path }: { op: number; text: string; path: string }): Promise<void> {
    const answer = await ask("GET", path);
    if (answer.status === 0 || answer.status >= 500) return;
    const content: unknown =
      answer.status === 200
        ? (JSON.parse(answer.text) as Record<string, unknown>)["message_content"]
        : undefined;
    if (content === text) return;
    history.tell(op, { type: "violation", what: `read back at once: ${answer.status} ${answer.text}` });
  }

  async function change(
    act: "edit" | "delete",
    { writer, parent, number, key }: { writer: number; parent: Parent; number: number; key: string },
  ): Promise<void> {
    const op = history.newOp();
    const text = act === "edit" ? `${key} edited by the ${op}th of all` : "";
    history.tell(op, {
      type: "invoke",
      writer,
      act,
      parent: parent.name,
      key,
      bodyHash: hashOf(text),
      target: number,
    });
    const path = `/${parent.token}/chats/${parent.chat}/messages/${number}`;
    const done = await insist(op, async () => {
      const answer =
        act === "edit"
          ? await ask("PATCH", path, { body: { message_content: text } })
          : await ask("DELETE", path);
      // A first try whose reply was lost may have deleted it.
      return act === "delete" && answer.status === 410 ? { ...answer, status: 204 } : answer;
    });
    if (done) history.tell(op, { type: "ok", number });
  }

  async function writeOnce(writer: number, turn: number): Promise<void> {
    const parent = parents[writer % parents.length];
    if (!parent) return;
    if (writer % 20 === 5 && turn % 12 === 11) await createChat(writer, parent.token);
    if (writer % 40 === 6 && turn % 24 === 23) await createApplication(writer);
    const path = `/${parent.token}/chats/${parent.chat}/messages`;
    const made = await create({
      writer,
      act: "message",
      parent: parent.name,
      path,
      field: "message_content",
    });
    if (!made) return;
    acknowledgedMessages += 1;
    const { op, text, number, key } = made;
    const isSample = acknowledgedMessages % options.readBackEvery === 0 && reading.size < options.writers;
    // The writer goes on meanwhile, unless the message is about to be another one.
    const read = isSample ? readBack({ op, text, path: `${path}/${number}` }) : Promise.resolve();
    reading.add(read);
    void read.then(() => reading.delete(read));
    const act = changes[writer % 10];
    if (!act || turn % 8 !== 7) return;
    await read;
    await change(act, { writer, parent, number, key });
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
