/** The service's HTTP side: health, and who asks for a socket without an upgrade. */
import { createHttpApp, createRouter, type Readiness } from "@parley/common/http";
import type { Logger } from "@parley/common/log";
import { problem } from "@parley/common/problem";
import type { Express } from "express";

export function createApp({ log, readiness }: { log: Logger; readiness: Readiness }): Express {
  const router = createRouter();
  router.get("/ws", () => {
    throw problem("upgrade-required", "Connect with a WebSocket client.", {
      headers: { Upgrade: "websocket", Connection: "Upgrade" },
    });
  });
  return createHttpApp({ log, routes: [router], readiness });
}
