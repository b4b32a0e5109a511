/** Sockets as a client has them: what is sent is answered, and what comes is kept until it is waited for. */
import { afterEach } from "@jest/globals";
import { WebSocket, type ClientOptions } from "ws";
import type { Tokens } from "./people.ts";
import { waitUntil } from "./wait-until.ts";

export type Frame = { type: string; content: Record<string, unknown>; id?: string | number };
export type Socket = ReturnType<typeof openSocket>;

let asked = 0;

/** @param url of nginx or of a realtime-service */
export function openSocket(
  url: string,
  protocols: string[] = [],
  { address = "/ws", ...options }: ClientOptions & { address?: string } = {},
) {
  const socket = new WebSocket(`${url.replace("http", "ws")}${address}`, protocols, options);
  const frames: Frame[] = [];
  let closing: { code: number; reason: string } | undefined;
  let refused: number | undefined;
  socket.on("message", (data: Buffer) => frames.push(JSON.parse(data.toString()) as Frame));
  socket.on("close", (code, reason) => (closing = { code, reason: reason.toString() }));
  socket.on("unexpected-response", (_req, res) => {
    refused = res.statusCode;
    socket.terminate();
  });
  socket.on("error", () => undefined);

  const opened = () => waitUntil(() => socket.readyState !== WebSocket.CONNECTING);

  async function closed(ms = 20_000): Promise<{ code: number; reason: string }> {
    await waitUntil(() => closing !== undefined, ms);
    return closing ?? { code: 0, reason: "" };
  }

  /** Waits for a frame that is not taken yet, and takes it. */
  async function next(
    type: string,
    isIt: (frame: Frame) => boolean = () => true,
    ms = 10_000,
  ): Promise<Frame> {
    let found: Frame | undefined;
    await waitUntil(() => {
      const i = frames.findIndex((frame) => frame.type === type && isIt(frame));
      if (i >= 0) [found] = frames.splice(i, 1);
      return found !== undefined || closing !== undefined;
    }, ms);
    if (!found) throw new Error(`closed with ${closing?.code} while waiting for ${type}`);
    return found;
  }

  return {
    socket,
    /** All that came and was not taken. */
    frames,
    opened,
    closed,
    next,
    refusedWith: async (): Promise<number | undefined> => {
      await closed();
      return refused;
    },
    send: (type: string, content: object = {}, id?: string | number): void =>
      socket.send(JSON.stringify({ type, content, id })),
    /** Sends a frame and gives its answer, which may be an error. */
    async ask(type: string, content: object = {}): Promise<Frame> {
      await opened();
      asked += 1;
      const id = asked;
      socket.send(JSON.stringify({ type, content, id }));
      let answer: Frame | undefined;
      await waitUntil(() => {
        const i = frames.findIndex((frame) => frame.id === id);
        if (i >= 0) [answer] = frames.splice(i, 1);
        return answer !== undefined || closing !== undefined;
      });
      if (!answer) throw new Error(`closed with ${closing?.code} before ${type} was answered`);
      return answer;
    },
    close: (): void => socket.close(),
  };
}

/** Sockets of a spec file, cut off after each of its specs. */
export function createSockets(url: () => string) {
  const opened: Socket[] = [];
  afterEach(() => {
    for (const { socket } of opened.splice(0)) socket.terminate();
  });
  function open(...[protocols, options]: OpenedWith): Socket {
    const socket = openSocket(url(), protocols, options);
    opened.push(socket);
    return socket;
  }
  return {
    open,
    /** As somebody, or as a guest. */
    async authenticated(token: string, person?: Pick<Tokens, "access_token">): Promise<Socket> {
      const socket = open();
      const { access_token } = person ?? {};
      const answer = await socket.ask("authenticate", { application_token: token, access_token });
      if (answer.type !== "authenticate") throw new Error(`not authenticated: ${JSON.stringify(answer)}`);
      return socket;
    },
  };
}
type OpenedWith = [protocols?: string[], options?: Parameters<typeof openSocket>[2]];
