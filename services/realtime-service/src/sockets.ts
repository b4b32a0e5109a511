/** All sockets of this process: let in, looked after every second, and sent elsewhere at the end. */
import { performance } from "node:perf_hooks";
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { Upgrade } from "@parley/common/http";
import type { Logger } from "@parley/common/log";
import { toProblem } from "@parley/common/problem";
import { WebSocketServer, type WebSocket } from "ws";
import { closeCodes, Connection, type Handle } from "./connection.ts";
import { isOriginAllowed, parseProtocols, protocol, refuse } from "./door.ts";

const longestFrameBytes = 64 * 1024;
/** Clients come back spread over this time, not all at once. */
const reconnectWithinMs = 5000;
const goodbyeMs = 3000;

type Dependencies = {
  handle: Handle;
  origins: readonly string[];
  onBeat: (connection: Connection) => void;
  onClosed: (connection: Connection) => void;
  onSent?: (frames: number) => void;
  log: Logger;
};
export type Sockets = ReturnType<typeof startSockets>;

export function startSockets({ handle, origins, onBeat, onClosed, onSent, log }: Dependencies) {
  const connections = new Set<Connection>();
  let stopping = false;
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: longestFrameBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(protocol) ? protocol : false),
  });

  function open(socket: WebSocket, stream: Duplex, offered: string | undefined): void {
    const connection = new Connection({
      socket,
      stream,
      handle,
      onBeat,
      onClosed: (closed) => {
        connections.delete(closed);
        onClosed(closed);
      },
      ...(onSent && { onSent }),
      log,
    });
    connections.add(connection);
    const content = parseProtocols(offered);
    if (Object.keys(content).length === 0) return;
    connection.doNext(() =>
      handle(connection, { type: "authenticate", content }).catch((err: unknown) => {
        connection.sendProblem(toProblem(err));
        connection.close(closeCodes.unauthenticated, "the subprotocols do not authenticate");
      }),
    );
  }

  const upgrade: Upgrade = (req, socket, head) => {
    socket.on("error", (err) => log.debug({ err }, "connection failed before it was a socket"));
    // Compared as it was sent: not everything that is sent is an address.
    if (req.url?.split("?", 1)[0] !== "/ws") {
      return refuse(socket, 404, "Sockets are at /ws.");
    }
    if (!isOriginAllowed(req, origins)) return refuse(socket, 403, "Pages of this origin may not connect.");
    if (stopping) return refuse(socket, 503, "This process is about to stop.");
    const offered = req.headers["sec-websocket-protocol"];
    return server.handleUpgrade(req, socket, head, (opened) => open(opened, socket, offered));
  };

  const ticking = setInterval(() => {
    const now = performance.now();
    for (const connection of connections) connection.tick(now);
  }, 1000);

  return {
    upgrade,
    connections,

    /** Each client is told when to come back. */
    async stop(): Promise<void> {
      stopping = true;
      clearInterval(ticking);
      for (const connection of connections) {
        const delay = Math.floor(Math.random() * reconnectWithinMs);
        connection.close(closeCodes.restart, JSON.stringify({ reconnect_after_ms: delay }));
      }
      const until = performance.now() + goodbyeMs;
      while (connections.size > 0 && performance.now() < until) await pause(20);
    },
  };
}
