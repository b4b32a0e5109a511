/** A TCP proxy between a service and a store, that delays, cuts, swallows and refuses as a bad network does. */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** Where bytes go. */
export type Direction = "to-client" | "to-server";
export type TcpProxy = Awaited<ReturnType<typeof startTcpProxy>>;
type Link = { client: Socket; server: Socket };

const lostAfterMs = 200;

/** Listens on a free port and passes everything on to `target`, a local port, until told otherwise. */
export async function startTcpProxy(firstTarget: number) {
  const links = new Set<Link>();
  const swallowed = new Set<Direction>();
  let target = firstTarget;
  let delayMs = 0;
  let refusing = false;
  let unanswered: string | undefined;
  let answersLost = 0;

  /** The server is given the bytes, and never heard again on that link. */
  function loseAnswer({ client, server }: Link): void {
    unanswered = undefined;
    answersLost += 1;
    server.removeAllListeners("data");
    server.resume();
    // What was sent is carried out first.
    setTimeout(() => client.resetAndDestroy(), lostAfterMs);
  }

  function pass(link: Link, direction: Direction): void {
    const [from, to] = direction === "to-server" ? [link.client, link.server] : [link.server, link.client];
    const write = (bytes: Buffer): void => {
      if (to.writable && !to.write(bytes)) {
        from.pause();
        to.once("drain", () => from.resume());
      }
    };
    // One after the other, also when the delay changes: bytes that overtook others would be another stream.
    let sending = Promise.resolve();
    from.on("data", (bytes) => {
      if (swallowed.has(direction)) return;
      if (direction === "to-server" && unanswered && bytes.includes(unanswered)) loseAnswer(link);
      const due = performance.now() + delayMs;
      sending = sending.then(async () => {
        if (due > performance.now()) await pause(due - performance.now());
        write(bytes);
      });
    });
  }

  function onConnection(client: Socket): void {
    if (refusing) return void client.resetAndDestroy();
    const server = connect({ port: target, host: "127.0.0.1", noDelay: true });
    client.setNoDelay(true);
    const link = { client, server };
    links.add(link);
    pass(link, "to-server");
    pass(link, "to-client");
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.on("error", () => undefined);
      socket.once("close", () => {
        links.delete(link);
        // In a half-open link the other end is not told either.
        if (swallowed.size === 0) other.destroy();
      });
    }
  }

  const listener = createServer(onConnection);
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");

  const cut = (): void => {
    for (const { client, server } of links) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  };
  return {
    port: (listener.address() as AddressInfo).port,
    /** Each chunk, in both directions. */
    delay: (ms: number): void => void (delayMs = ms),
    /** Swallows bytes without a word: no FIN, no RST. Connections are taken as before. */
    swallow: (...directions: Direction[]): void => {
      for (const direction of directions) swallowed.add(direction);
    },
    /** The next time that a client sends such bytes, its connection ends before the answer. Gives how many did so far. */
    loseAnswerTo: (text: string): number => {
      unanswered = text;
      return answersLost;
    },
    answersLost: (): number => answersLost,
    /** Resets all connections; new ones are taken. */
    cut,
    /** Resets all connections and every new one. */
    refuse: (): void => {
      refusing = true;
      cut();
    },
    /** New connections go to another port, those that are there are cut. */
    swap: (port: number): void => {
      target = port;
      cut();
    },
    /** As at the start. What was swallowed is lost, so its connections are cut. */
    heal: (): void => {
      if (swallowed.size > 0) cut();
      swallowed.clear();
      delayMs = 0;
      refusing = false;
    },
    async stop(): Promise<void> {
      const closed = once(listener, "close");
      listener.close();
      cut();
      await closed;
    },
  };
}

/** The address of a server, as it is reached through a proxy. */
export function through(url: string, { port }: Pick<TcpProxy, "port">): string {
  const address = new URL(url);
  address.port = String(port);
  return address.href.replace(/\/$/, url.endsWith("/") ? "/" : "");
}
