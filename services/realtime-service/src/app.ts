/** The service's HTTP side: health, and who asks for a socket without an upgrade. */
import type { Count } from "@parley/common/figures";
import { createHttpApp, createRouter, type Readiness } from "@parley/common/http";
import type { Logger } from "@parley/common/log";
import { problem } from "@parley/common/problem";
import type { Express } from "express";

type Dependencies = { log: Logger; readiness: Readiness; count: Count };

export function createApp({ log, readiness, count }: Dependencies): Express {
  const router = createRouter();
  router.get("/ws", () => {
    throw problem("upgrade-required", "Connect with a WebSocket client.", {
      headers: { Upgrade: "websocket", Connection: "Upgrade" },
    });
  });
  return createHttpApp({ log, routes: [router], readiness, count });
}
