/** The service's HTTP side, put together from what main.ts has connected. */
import type { createOperatorGuard } from "@parley/common/auth";
import { createHttpApp, type Readiness } from "@parley/common/http";
import type { Logger } from "@parley/common/log";
import type { Express } from "express";
import type { Commit } from "./group-commit.ts";
import { applicationRoutes } from "./routes/applications.ts";
import { chatRoutes } from "./routes/chats.ts";
import { messageRoutes } from "./routes/messages.ts";

type Dependencies = {
  commit: Commit;
  serverKey: string;
  operator: ReturnType<typeof createOperatorGuard>;
  readiness: Readiness;
  log: Logger;
};

export function createApp({ commit, serverKey, operator, readiness, log }: Dependencies): Express {
  const routes = [
    messageRoutes({ commit }),
    chatRoutes({ commit }),
    applicationRoutes({ commit, serverKey, operator }),
  ];
  return createHttpApp({ log, routes, readiness });
}
