/** The service's HTTP side, put together from what main.ts has connected. */
import type { createOperatorGuard } from "@parley/common/auth";
import type { Callers } from "@parley/common/callers";
import type { Epochs } from "@parley/common/epochs";
import type { HttpOptions } from "@parley/common/config";
import type { Count } from "@parley/common/figures";
import { createHttpApp, type Readiness } from "@parley/common/http";
import type { Logger } from "@parley/common/log";
import type { Express } from "express";
import type { ReadService } from "./read-service.ts";
import type { Learn } from "./learn.ts";
import type { Commit } from "./group-commit.ts";
import { applicationRoutes } from "./routes/applications.ts";
import { chatRoutes } from "./routes/chats.ts";
import { messageRoutes } from "./routes/messages.ts";

type Dependencies = {
  commit: Commit;
  callers: Callers;
  learn: Learn;
  readService: Pick<ReadService, "openConversation">;
  epochs: Pick<Epochs, "isClosed">;
  serverKey: string;
  operator: ReturnType<typeof createOperatorGuard>;
  readiness: Readiness;
  http: HttpOptions;
  count: Count;
  log: Logger;
};

export function createApp(dependencies: Dependencies): Express {
  const { readiness, count, log } = dependencies;
  const routes = [messageRoutes(dependencies), chatRoutes(dependencies), applicationRoutes(dependencies)];
  return createHttpApp({ log, routes, readiness, options: dependencies.http, count });
}
