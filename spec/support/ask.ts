/** Requests to the API: by supertest for what its client can say, by a socket for what it would set right. */
import { connect } from "node:net";
import request from "supertest";

export type HttpReply = {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
  body: unknown;
};
export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
export type Ask = ReturnType<typeof createAsk>;

const api = "/api/applications";
const patienceMs = 5000;
/** More than this of an endless body is not worth the processor: who has not answered by now will not. */
const endlessBytes = 64 * 1024 * 1024;

/** `path` begins behind `under`; a string or Buffer is sent as it is, anything else as JSON. */
export function createAsk(url: string | (() => string), under = api) {
  return async (
    method: Method,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<HttpReply> => {
    const name = method.toLowerCase() as Lowercase<Method>;
    let asked = request(typeof url === "string" ? url : url())[name](`${under}${path}`);
    if (body !== undefined) {
      asked = asked.set("Content-Type", "application/json").serialize(toBytes);
      asked = asked.send(body as object);
    }
    const { status, headers: given, text, body: parsed } = await asked.set(headers);
    return { status, headers: given as Record<string, string>, text, body: parsed as unknown };
  };
}

function toBytes(body: unknown): string {
  // superagent passes on what this gives, also bytes; its types know strings only.
  return Buffer.isBuffer(body) ? (body as unknown as string) : JSON.stringify(body);
}

export const bearer = (secret: string): Record<string, string> => ({ Authorization: `Bearer ${secret}` });

/** In rising order, for requests that raced. */
export const statusesOf = (replies: readonly HttpReply[]): number[] =>
  replies.map(({ status }) => status).toSorted((a, b) => a - b);

function parseReply(bytes: Buffer): HttpReply | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
  const length = Number(headers["content-length"] ?? 0);
  if (bytes.length < end + 4 + length) return undefined;
  const text = bytes.subarray(end + 4, end + 4 + length).toString();
  const isJson = /json/.test(headers["content-type"] ?? "");
  return { status: Number(first.split(" ")[1]), headers, text, body: isJson ? JSON.parse(text) : {} };
}

type RawOptions = {
  /** Sent again and again until there is a reply. */ endless?: string;
};

/**
 * Writes bytes to a socket and reads one reply, to whatever comes first of its end or the end of patience.
 * @throws Error when there is no reply in time
 */
export function askRaw(
  url: string,
  bytes: string | Buffer,
  { endless }: RawOptions = {},
): Promise<HttpReply> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let received = Buffer.alloc(0);
    let sent = bytes.length;
    const finish = (done: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      done();
    };
    const timer = setTimeout(
      () =>
        finish(() =>
          reject(
            new Error(
              `no reply in ${patienceMs} ms after ${sent} bytes, only: ${received.toString("latin1")}`,
            ),
          ),
        ),
      patienceMs,
    );
    const settle = (): boolean => {
      const reply = parseReply(received);
      if (reply) finish(() => resolve(reply));
      return reply !== undefined;
    };
    const goOn = (): void => {
      while (endless !== undefined && !socket.destroyed && sent < endlessBytes) {
        sent += endless.length;
        if (!socket.write(endless)) return;
      }
    };
    socket.on("data", (part) => {
      received = Buffer.concat([received, part]);
      settle();
    });
    socket.on("drain", goOn);
    // A server that refuses early may cut the connection while more is on its way; its reply counts all the same.
    socket.on("error", (error) => settle() || finish(() => reject(error)));
    socket.on("close", () => settle() || finish(() => reject(new Error("closed without a reply"))));
    socket.on("connect", () => {
      socket.write(bytes);
      goOn();
    });
  });
}

type Address = { method: string; path: string; headers?: readonly string[]; body?: string | Buffer };

/** One request written by hand, its path from /api on exactly as given. */
export function requestBytes({ method, path, headers = [], body = "" }: Address): Buffer {
  const length = Buffer.byteLength(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "Host: localhost",
    "Connection: close",
    ...(length > 0 ? ["Content-Type: application/json", `Content-Length: ${length}`] : []),
    ...headers,
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), Buffer.from(body)]);
}
