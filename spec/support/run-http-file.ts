/** Sends the requests of a `.http` file one after the other; later ones use what named ones were answered. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { HttpFile, HttpFileRequest } from "./http-file.ts";
import { patientFetch } from "./patient-fetch.ts";
import { openSocket } from "./sockets.ts";

/** `got` is written as `expect` is; `text` is what came. */
export type Outcome = HttpFileRequest & { got: string; text: string };

type Answered = { headers: Headers; body: unknown };
type Known = { variables: Record<string, string>; answers: Map<string, Answered> };

const frameSeparator = /^===.*$/m;

/** @param given variables that take the place of the file's own */
export async function runHttpFile(file: HttpFile, given: Record<string, string>): Promise<Outcome[]> {
  const known: Known = { variables: { ...file.variables, ...given }, answers: new Map() };
  const outcomes: Outcome[] = [];
  for (const request of file.requests) {
    await sleep(request.sleepMs);
    const act = request.method === "WEBSOCKET" ? talk : ask;
    const outcome = await act(request, known).catch((error: Error) => ({ got: error.message, text: "" }));
    outcomes.push({ ...request, ...outcome });
  }
  return outcomes;
}

async function ask({ name, method, target, headers, body, expect }: HttpFileRequest, known: Known) {
  const response = await patientFetch(fill(target, known), {
    method,
    headers: headers.map(([key, value]): [string, string] => [key, fill(value, known)]),
    ...(body !== "" && { body: fill(body, known) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  if (name) known.answers.set(name, { headers: response.headers, body: isJson ? JSON.parse(text) : text });
  const [, ...promised] = expect.split(/,\s*/);
  return { got: [response.status, ...promised.filter((one) => response.headers.has(one))].join(", "), text };
}

/** Sends each frame once the one before is answered, and waits for what is to come. */
async function talk({ target, body, expect }: HttpFileRequest, known: Known) {
  const { pathname, origin } = new URL(fill(target, known).replace(/^ws/, "http"));
  const socket = openSocket(origin, [], { address: pathname });
  await socket.opened();
  const got: string[] = [];
  const text: string[] = [];
  try {
    const waiting = expect.split(/,\s*/);
    for (const frame of body.split(frameSeparator)) {
      socket.socket.send(fill(frame.trim(), known));
      const answer = await socket.next(waiting[got.length] ?? "");
      got.push(answer.type);
      text.push(JSON.stringify(answer));
    }
    for (const type of waiting.slice(got.length)) got.push((await socket.next(type)).type);
  } catch (error) {
    text.push(String(error), JSON.stringify(socket.frames));
  } finally {
    socket.socket.close();
  }
  return { got: got.join(", "), text: text.join("\n") };
}

function fill(text: string, known: Known): string {
  return text.replaceAll(/\{\{([^{}]+)\}\}/g, (_, expression: string) => valueOf(expression.trim(), known));
}

/**
 * `{{ann.response.body.user.username}}` and `{{me.response.headers.ETag}}` as in REST Client, `{{ann.user.username}}` as in httpyac.
 * @throws Error when a file uses what it has not: a name, a variable, or a part of a reply
 */
function valueOf(expression: string, known: Known): string {
  if (expression === "$guid") return randomUUID();
  const [name = "", ...rest] = expression.split(/[.[\]]+/).filter((one) => one !== "" && one !== "$");
  const answer = known.answers.get(name);
  if (!answer) {
    const value = known.variables[expression];
    if (value === undefined) throw new Error(`there is no {{${expression}}}`);
    return fill(value, known);
  }
  const [part, ...path] = rest[0] === "response" ? rest.slice(1) : ["body", ...rest];
  const value =
    part === "headers"
      ? answer.headers.get(path.join("."))
      : path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], answer.body);
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new Error(`there is no {{${expression}}}`);
}
