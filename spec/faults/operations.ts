/** One client's operations, noted before and after: each is repeated with the same key until it is known what came of it. */
import { v7 as uuidv7 } from "uuid";
import { hashOf, type History, type Invocation } from "./history.ts";
import type { Answer, Ask } from "./requests.ts";

export type Parent = { token: string; chat: number; name: string };
export type Operations = ReturnType<typeof createOperations>;
type Creation = Pick<Invocation, "writer" | "act" | "parent"> & { path: string; field: string };
/** What an acknowledged creation has made. */
type Made = { op: number; key: string; text: string; token: string; number: number };
type Options = {
  ask: Ask;
  history: History;
  /** Every create is sent three times, twice at once. */
  repeated: boolean;
  /** When nobody wants to know any more. */
  isGivenUp: () => boolean;
  onAcknowledged: () => void;
};

const longestBackoffMs = 500;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function createOperations({ ask, history, repeated, isGivenUp, onAcknowledged }: Options) {
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
      if (isGivenUp()) return undefined;
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
    const firsts = accepted.filter(({ headers }) => headers["idempotency-replayed"] !== "true");
    if (firsts.length > 1) {
      history.tell(op, { type: "violation", what: "two repeats are said to be the first" });
    }
    return accepted[0] ?? answers[0] ?? { status: 0, text: "", headers: {} };
  }

  async function create({ writer, act, parent, path, field }: Creation): Promise<Made | undefined> {
    const op = history.newOp();
    const key = uuidv7();
    const text = act === "message" ? `${key} from writer ${writer}, the ${op}th of all` : key;
    history.tell(op, { type: "invoke", writer, act, parent, key, bodyHash: hashOf(text) });
    let sent = 0;
    const send = async (): Promise<Answer> => {
      sent += 1;
      const isFirst = sent === 1;
      const answer = await ask("POST", path, { body: { [field]: text }, key });
      if (isFirst && sent === 1 && answer.headers["idempotency-replayed"]) {
        history.tell(op, { type: "violation", what: `${key} was sent once, and somebody repeated it` });
      }
      return answer;
    };
    const answer = await insist(op, () => (repeated ? sendRepeated(op, send) : send()));
    if (!answer) return undefined;
    const body = JSON.parse(answer.text) as Record<string, unknown>;
    const token = String(body["application_token"]);
    const number = act === "application" ? 0 : Number(body[`${act}_number`]);
    history.tell(op, { type: "ok", number, ...(act === "application" && { uid: token }) });
    onAcknowledged();
    return { op, key, text, token, number };
  }

  const createApplication = (writer: number) =>
    create({ writer, act: "application", parent: "applications", path: "", field: "application_name" });
  const createChat = (writer: number, token: string) =>
    create({ writer, act: "chat", parent: token, path: `/${token}/chats`, field: "chat_name" });

  /** 503 is allowed while a store is away; a denial or another content never is. */
  async function readBack({ token, chat }: Parent, { op, text, number }: Made): Promise<void> {
    const answer = await ask("GET", `/${token}/chats/${chat}/messages/${number}`);
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
    { writer, parent, made: { number, key } }: { writer: number; parent: Parent; made: Made },
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

  return {
    createApplication,
    createChat,
    createMessage: (writer: number, { token, chat, name: parent }: Parent) => {
      const path = `/${token}/chats/${chat}/messages`;
      return create({ writer, act: "message", parent, path, field: "message_content" });
    },
    readBack,
    change,
  };
}
