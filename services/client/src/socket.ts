/** One socket that is always there, or on its way back: it authenticates, stays alive, and comes back after a while. */
import { noAnswer, ParleyError, type Problem } from "./errors.ts";
import { jittered, type Http } from "./http.ts";
import type { Frame } from "./types.ts";

/** As far as a WebSocket is used here: `globalThis.WebSocket`, or the package `ws` on Node 20. */
export type SocketLike = {
  send: (data: string) => void;
  close: (code?: number, reason?: string) => void;
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
};
export type SocketConstructor = new (url: string) => SocketLike;
/** `logged-out`: the tokens are good no more. `closed`: by `close`. */
export type Status = "connecting" | "online" | "offline" | "logged-out" | "closed";

type Options = {
  http: Http;
  WebSocket: SocketConstructor;
  onFrame: (frame: Frame) => void;
  onStatus: (status: Status) => void;
  /** It has authenticated: what was connected is to be resumed. */
  onAuthenticated: () => void;
};
type Waiting = {
  resolve: (content: Record<string, unknown>) => void;
  reject: (err: ParleyError) => void;
  timer: unknown;
};
export type Socket = ReturnType<typeof createSocket>;

const answerMs = 10_000;
const openMs = 10_000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** Whoever hears nothing for so long asks whether the connection is still there. */
const silentMs = 30_000;
const renewBeforeSeconds = 60;
const unauthenticated = 4401;
const restart = 1012;

function reconnectAfter(reason: string): number | undefined {
  try {
    return (JSON.parse(reason) as { reconnect_after_ms?: number }).reconnect_after_ms;
  } catch {
    return undefined;
  }
}

export function createSocket({ http, WebSocket, onFrame, onStatus, onAuthenticated }: Options) {
  const waiting = new Map<number, Waiting>();
  let socket: SocketLike | undefined;
  let status: Status = "closed";
  let asked = 0;
  let attempt = 0;
  let opening: ReturnType<typeof setTimeout> | undefined;
  let reconnecting: ReturnType<typeof setTimeout> | undefined;
  let listening: ReturnType<typeof setTimeout> | undefined;
  let renewing: ReturnType<typeof setTimeout> | undefined;

  function become(next: Status): void {
    if (status === next) return;
    status = next;
    onStatus(next);
  }

  function rejectAll(): void {
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer as number);
      reject(noAnswer("The connection was lost before the answer."));
    }
    waiting.clear();
  }

  function ask(type: string, content: object): Promise<Record<string, unknown>> {
    if (!socket) return Promise.reject(noAnswer("There is no connection right now."));
    asked += 1;
    const id = asked;
    const own = socket;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(noAnswer(`${type} was not answered in time.`));
      }, answerMs);
      waiting.set(id, { resolve, reject, timer });
      own.send(JSON.stringify({ type, content, id }));
    });
  }

  /** Any frame is a sign of life. */
  function listen(own: SocketLike): void {
    clearTimeout(listening);
    listening = setTimeout(() => {
      ask("ping", {}).catch(() => onClosed(own, 1006, ""));
    }, silentMs);
  }

  function onMessage(own: SocketLike, data: string): void {
    if (own !== socket) return;
    listen(own);
    const frame = JSON.parse(data) as Frame;
    const answered = typeof frame.id === "number" ? waiting.get(frame.id) : undefined;
    if (!answered) return onFrame(frame);
    waiting.delete(frame.id as number);
    clearTimeout(answered.timer as number);
    if (frame.type === "error") answered.reject(new ParleyError(frame.content as Problem));
    else answered.resolve(frame.content);
  }

  async function authenticate(): Promise<void> {
    const { applicationToken, accessToken, secret } = http.tokens;
    const tokens = { application_token: applicationToken, access_token: accessToken ?? secret };
    const { expires_in: expiresIn } = await ask("authenticate", tokens);
    clearTimeout(renewing);
    if (typeof expiresIn !== "number" || !http.canRenew) return;
    const delay = Math.max(1, expiresIn - renewBeforeSeconds) * 1000;
    renewing = setTimeout(
      () =>
        void http
          .renew()
          .then(authenticate)
          .catch(() => undefined),
      delay,
    );
  }

  async function onOpen(own: SocketLike): Promise<void> {
    clearTimeout(opening);
    listen(own);
    try {
      await authenticate();
      attempt = 0;
      become("online");
      onAuthenticated();
    } catch (err) {
      const isRefused = err instanceof ParleyError && !err.isTemporary;
      onClosed(own, isRefused ? unauthenticated : 1006, "");
    }
  }

  /** Also when it is given up here: whatever it does afterwards is not heard. */
  function onClosed(own: SocketLike, code: number, reason: string): void {
    if (own !== socket) return;
    socket = undefined;
    for (const timer of [opening, listening, renewing]) clearTimeout(timer);
    own.close();
    rejectAll();
    if (status === "closed") return;
    if (code === unauthenticated) return void logInAgain();
    const told = code === restart ? reconnectAfter(reason) : undefined;
    reconnect(told ?? jittered(attempt, firstPauseMs, longestPauseMs));
  }

  function reconnect(afterMs: number): void {
    become("offline");
    attempt += 1;
    reconnecting = setTimeout(open, afterMs);
  }

  async function logInAgain(): Promise<void> {
    if (!http.canRenew) return become("logged-out");
    try {
      await http.renew();
      reconnect(0);
    } catch (err) {
      if (err instanceof ParleyError && !err.isTemporary) become("logged-out");
      else reconnect(jittered(attempt, firstPauseMs, longestPauseMs));
    }
  }

  function open(): void {
    if (status === "closed") return;
    become("connecting");
    const own = new WebSocket(http.socketUrl);
    socket = own;
    opening = setTimeout(() => onClosed(own, 1006, ""), openMs);
    own.onopen = () => void onOpen(own);
    own.onmessage = ({ data }: { data: unknown }) => onMessage(own, String(data));
    own.onclose = ({ code, reason }: { code: number; reason: string }) => onClosed(own, code, reason);
    own.onerror = () => undefined;
  }

  return {
    ask,
    get status(): Status {
      return status;
    },
    /** Again after `close`, or after a new login. */
    start(): void {
      if (status !== "closed" && status !== "logged-out") return;
      status = "offline";
      open();
    },
    close(): void {
      become("closed");
      clearTimeout(reconnecting);
      if (socket) onClosed(socket, 1000, "");
    },
  };
}
