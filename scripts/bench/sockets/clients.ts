/**
 * The sockets' process: opens many, and counts what comes. It reads no more of a frame than its length, but for a few sockets
 * whose every frame is looked at, so that it is not what is measured.
 */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { Counted, Job, Seen, Told } from "./client-process.ts";

const watchedSockets = 20;
const countMs = 10;
const openAtOnce = 200;
const now = (): number => performance.timeOrigin + performance.now();

/** Frames of a server are not masked. Gives how many bytes it takes, and where its content begins. */
function measureFrame(bytes: Buffer): { start: number; end: number; opcode: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] ?? 0) & 0x7f;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return undefined;
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const end = start + length;
  return bytes.length < end ? undefined : { start, end, opcode: (bytes[0] ?? 0) & 0x0f };
}

/** A masked frame, as clients have to send them. */
function frameOf(opcode: number, text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const header = payload.length < 126 ? Buffer.from([0x80 | opcode, 0x80 | payload.length]) : Buffer.alloc(4);
  if (payload.length >= 126) {
    header[0] = 0x80 | opcode;
    header[1] = 0xfe;
    header.writeUInt16BE(payload.length, 2);
  }
  for (let i = 0; i < payload.length; i += 1) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0);
  return Buffer.concat([header, mask, payload]);
}

class Client {
  frames = 0;
  readonly seen: Seen[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #isOpen = false;
  #socket: Socket;
  #isWatched: boolean;
  #onFrame: (() => void) | undefined;

  constructor(url: URL, hello: string | undefined, isWatched: boolean) {
    this.#isWatched = isWatched;
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    this.#socket.write(
      `GET /ws HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
    );
    if (hello) this.#socket.write(frameOf(1, hello));
    this.#socket.on("data", (bytes) => this.#take(bytes));
    this.#socket.on("error", () => undefined);
  }

  /** It is open, and has got what its hello asks for. */
  ready(isAnswered: boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!this.#isOpen || (isAnswered && this.frames === 0)) return;
        this.#onFrame = undefined;
        this.frames = 0;
        resolve();
      };
      this.#onFrame = check;
      check();
    });
  }

  #take(bytes: Buffer): void {
    let rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    if (!this.#isOpen) {
      const end = rest.indexOf("\r\n\r\n");
      if (end < 0) return void (this.#rest = rest);
      this.#isOpen = true;
      rest = rest.subarray(end + 4);
    }
    for (let frame = measureFrame(rest); frame; frame = measureFrame(rest)) {
      if (frame.opcode === 9) this.#socket.write(frameOf(10, ""));
      else this.#onMessage(rest.subarray(frame.start, frame.end));
      rest = rest.subarray(frame.end);
    }
    this.#rest = rest;
    this.#onFrame?.();
  }

  #onMessage(text: Buffer): void {
    // All else is seldom, and not counted.
    if (this.#onFrame === undefined && !text.includes('"message"')) return;
    this.frames += 1;
    if (!this.#isWatched || this.#onFrame) return;
    const { content } = JSON.parse(text.toString()) as {
      content: { chat_number: number; message_number: number; message_content: string };
    };
    this.seen.push([content.chat_number, content.message_number, now(), content.message_content]);
  }
}

let clients: Client[] = [];

async function open({ url, hellos, count }: Job): Promise<void> {
  const address = new URL(url);
  const step = Math.max(1, Math.floor(count / watchedSockets));
  while (clients.length < count) {
    const part = Array.from({ length: Math.min(openAtOnce, count - clients.length) }, (_, i) => {
      const place = clients.length + i;
      const isWatched = place % step === 0 || place === count - 1;
      return new Client(address, hellos[place % Math.max(hellos.length, 1)], isWatched);
    });
    clients = [...clients, ...part];
    await Promise.all(part.map((client) => client.ready(hellos.length > 0)));
  }
}

function count(): Counted {
  const counts = clients.map(({ frames }) => frames);
  return { fewest: Math.min(...counts), most: Math.max(...counts), all: counts.reduce((a, b) => a + b, 0) };
}

const send = (told: Told): void => void process.send?.(told);
process.on("message", (asked: Job | "seen") => {
  if (asked === "seen") {
    const seen = clients.map((client) => client.seen.splice(0)).filter((all) => all.length > 0);
    return send({ type: "seen", seen });
  }
  return void open(asked).then(() => {
    send({ type: "open" });
    setInterval(() => send({ type: "counted", counted: count() }), countMs);
  });
});
process.once("disconnect", () => process.exit());
