/** One socket: what goes out of it, what comes in, and how long it may live. */
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { presentProblem, problem, toProblem, type Problem } from "@parley/common/problem";
import type { Caller } from "@parley/common/callers";
import type { Credential } from "@parley/common/auth";
import type { Logger } from "@parley/common/log";
import type { RawData, WebSocket } from "ws";
import { Frame } from "./frames.ts";
import type { Subscription } from "./subscriptions.ts";
import { Refusal } from "./upstream.ts";

/** Beside those of RFC 6455: 1009 too large, 1012 restart, 1013 later. */
export const closeCodes = {
  policy: 1008,
  restart: 1012,
  later: 1013,
  tooSlow: 4008,
  unreadable: 4400,
  unauthenticated: 4401,
} as const;

const framesPerSecond = 20;
const burst = 40;
/** Of what a client has not read yet. */
const longestBacklogBytes = 1024 * 1024;
/** Up to this one what was missed is sent. */
const backlogBytes = longestBacklogBytes / 4;
const slowestMs = 30_000;
const drainPollMs = 20;
/** Until then a closing handshake is waited for. */
const closingMs = 2000;
const authenticateMs = 10_000;
const beatMs = 30_000;
const unreadableAtMost = 3;
/** While what they ask for takes its time. */
const waitingAtMost = 100;
/** As the tokens' own checks. */
const clockToleranceMs = 5000;

/** Who is behind a socket; `expiresAt`: of the access token, in milliseconds since 1970. */
export type Identity = { token: string; caller: Caller; credential: Credential; expiresAt?: number };
/** Gives the content of the answer, unless it has answered. */
export type Handle = (connection: Connection, frame: Frame) => Promise<object | undefined>;
type Options = {
  socket: WebSocket;
  /** What the socket writes to. */
  stream: Duplex;
  handle: Handle;
  onBeat: (connection: Connection) => void;
  onClosed: (connection: Connection) => void;
  onSent?: (frames: number) => void;
  log: Logger;
};

export class Connection {
  identity: Identity | undefined;
  /** By what the client calls the chat: see subscriptions.ts. */
  readonly subscriptions = new Map<string, Subscription>();
  #socket: WebSocket;
  #options: Options;
  #openedAt = performance.now();
  #beatAt = this.#openedAt + beatMs;
  #isAlive = true;
  #allowance = burst;
  #allowedAt = this.#openedAt;
  #unreadable = 0;
  #work: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#socket = options.socket;
    this.#socket.on("message", (data, isBinary) => this.#onMessage(data, isBinary));
    this.#socket.on("pong", () => (this.#isAlive = true));
    // Each is answered: whoever does not read would fill the memory with pongs.
    this.#socket.on("ping", () => this.#isTooMuch() && this.#flooded());
    this.#socket.on("error", (err) => options.log.debug({ err }, "socket failed"));
    this.#socket.on("close", () => options.onClosed(this));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(type: string, content: object, id?: string | number): void {
    this.sendAll([Buffer.from(JSON.stringify({ type, id, content }))]);
  }

  /**
   * Encoded frames, which go out together. A client that has not read what was sent before is cut off before it fills the
   * memory: it comes back and resumes.
   */
  sendAll(frames: readonly Buffer[]): void {
    if (!this.isOpen) return;
    if (this.#socket.bufferedAmount > longestBacklogBytes) return this.#cutOff();
    this.#options.stream.cork();
    for (const frame of frames) this.#socket.send(frame, { binary: false });
    this.#options.stream.uncork();
    this.#options.onSent?.(frames.length);
  }

  /** Until the client has read most of what was sent; who does not is cut off. */
  async drained(): Promise<void> {
    const until = performance.now() + slowestMs;
    while (this.isOpen && this.#socket.bufferedAmount > backlogBytes) {
      if (performance.now() > until) return this.#cutOff();
      await pause(drainPollMs);
    }
  }

  #cutOff(): void {
    this.close(closeCodes.tooSlow, "reads too slowly: connect again and resume");
  }

  sendProblem(fault: Problem, more: object = {}, id?: string | number): void {
    this.send("error", { ...more, ...presentProblem(fault) }, id);
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), closingMs).unref();
  }

  /** To be called every second: looks at what has a time limit. */
  tick(now: number): void {
    if (!this.isOpen) return;
    if (!this.identity && now - this.#openedAt > authenticateMs) {
      // Who has tried to, but cannot be told yet, may come again.
      if (this.#waiting > 0) return this.close(closeCodes.later, "this takes too long right now");
      return this.close(closeCodes.unauthenticated, "nobody has authenticated in time");
    }
    const { expiresAt } = this.identity ?? {};
    if (expiresAt !== undefined && Date.now() > expiresAt + clockToleranceMs) {
      return this.close(closeCodes.unauthenticated, "the access token has expired");
    }
    if (now < this.#beatAt) return;
    this.#beatAt = now + beatMs;
    if (!this.#isAlive) return this.#socket.terminate();
    this.#isAlive = false;
    this.#socket.ping();
    this.#options.onBeat(this);
  }

  #isTooMuch(): boolean {
    const now = performance.now();
    this.#allowance = Math.min(burst, this.#allowance + ((now - this.#allowedAt) / 1000) * framesPerSecond);
    this.#allowedAt = now;
    this.#allowance -= 1;
    return this.#allowance < 0;
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    if (!this.isOpen) return;
    if (this.#isTooMuch()) return this.#flooded();
    const frame = isBinary ? undefined : parseFrame(data);
    if (!frame) return this.#onUnreadable(unreadable());
    if (frame.type === "ping") return this.send("pong", {}, frame.id);
    if (this.#waiting >= waitingAtMost) {
      return this.sendProblem(problem("overloaded", "Too many frames are waiting."), {}, frame.id);
    }
    this.#waiting += 1;
    this.doNext(() => this.#answer(frame).finally(() => (this.#waiting -= 1)));
  }

  /** In order: what is sent first gets the lower number. */
  doNext(act: () => Promise<unknown>): void {
    this.#work = this.#work.then(act);
  }

  #flooded(): void {
    this.close(closeCodes.policy, "too many frames");
  }

  #onUnreadable(fault: Problem, id?: string | number): void {
    this.sendProblem(fault, {}, id);
    this.#unreadable += 1;
    if (this.#unreadable >= unreadableAtMost) this.close(closeCodes.unreadable, "unreadable frames");
  }

  async #answer(frame: Frame): Promise<void> {
    try {
      const { handle } = this.#options;
      const content = await handle(this, frame);
      if (content) this.send(frame.type, content, frame.id);
    } catch (err) {
      if (err instanceof Refusal) return this.send("error", err.told, frame.id);
      const fault = toProblem(err);
      if (fault.slug === "not-found") return this.#onUnreadable(fault, frame.id);
      if (fault.status === 500) this.#options.log.error({ err, type: frame.type }, "frame failed");
      this.sendProblem(fault, {}, frame.id);
    }
  }
}

const unreadable = (): Problem => problem("malformed-json", "Frames are text: {type, content, id?}.");

function parseFrame(data: RawData): Frame | undefined {
  try {
    return Frame.safeParse(JSON.parse((data as Buffer).toString())).data;
  } catch {
    return undefined;
  }
}
