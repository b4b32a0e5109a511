/** The service's HTTP side, put together from what main.ts has connected. */
import type { Access } from "@parley/common/access";
import type { createOperatorGuard } from "@parley/common/auth";
import type { Callers } from "@parley/common/callers";
import type { Epochs } from "@parley/common/epochs";
import type { LoadFact } from "@parley/common/read-fact";
import type { HttpOptions } from "@parley/common/config";
import type { Count } from "@parley/common/figures";
import { createHttpApp, type Readiness } from "@parley/common/http";
import type { Ledger } from "@parley/common/ledger";
import type { Logger } from "@parley/common/log";
import type { Express } from "express";
import type { Announce } from "./announce.ts";
import { dbProblems } from "@parley/common/db";
import { createFindText } from "./search/find-text.ts";
import type { Stores } from "./find.ts";
import type { LookAtFigures } from "./look-at-figures.ts";
import { applicationRoutes } from "./routes/applications.ts";
import { changeRoutes } from "./routes/changes.ts";
import { chatRoutes } from "./routes/chats.ts";
import { conversationRoutes } from "./routes/conversations.ts";
import { continuityRoutes } from "./routes/continuity.ts";
import { internalRoutes } from "./routes/internal.ts";
import { messageRoutes } from "./routes/messages.ts";
import { operatorRoutes } from "./routes/operator.ts";
import { readStateRoutes } from "./routes/read-state.ts";
import { searchRoutes } from "./routes/search.ts";
import type { SearchIndex } from "./search/connect.ts";

type Dependencies = {
  stores: Stores;
  ledger: Pick<Ledger, "open" | "isOpen" | "settle" | "findApplicationUnfenced" | "findChatUnfenced">;
  epochs: Epochs;
  search: SearchIndex | undefined;
  access: Pick<Access, "change" | "tell">;
  loadFact: LoadFact;
  callers: Callers;
  announce: Announce;
  operator: ReturnType<typeof createOperatorGuard>;
  serverKey: string;
  operatorKey: string | undefined;
  lookAtFigures: LookAtFigures;
  count: Count;
  readiness: Readiness;
  http: HttpOptions;
  log: Logger;
};

export function createApp(dependencies: Dependencies): Express {
  const { stores, search, callers, log, readiness, count } = dependencies;
  const routes = [
    // Before what would take `me` for a user's number.
    conversationRoutes(dependencies),
    messageRoutes(dependencies),
    changeRoutes(dependencies),
    readStateRoutes(dependencies),
    searchRoutes({ findText: createFindText({ stores, search }), callers }),
    chatRoutes(dependencies),
    continuityRoutes(dependencies),
    applicationRoutes(dependencies),
    operatorRoutes(dependencies),
    internalRoutes(dependencies),
    dbProblems,
  ];
  return createHttpApp({ log, routes, readiness, options: dependencies.http, count });
}
