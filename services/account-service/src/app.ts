/** The service's HTTP side, put together from what main.ts has connected. */
import type { Access } from "@parley/common/access";
import type { VerifyAccessToken } from "@parley/common/access-token";
import { dbProblems } from "@parley/common/db";
import type { HttpOptions } from "@parley/common/config";
import type { Count } from "@parley/common/figures";
import { createHttpApp, type Readiness } from "@parley/common/http";
import type { Logger } from "@parley/common/log";
import type { Express } from "express";
import type { Knex } from "knex";
import type { AccessKeys } from "./access-keys.ts";
import { createCallers } from "./callers.ts";
import type { LoginLimits } from "./login-limits.ts";
import type { ReadService } from "./read-service.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { blockRoutes } from "./routes/blocks.ts";
import { keyRoutes } from "./routes/keys.ts";
import { memberRoutes } from "./routes/members.ts";
import { profileRoutes } from "./routes/profiles.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { userRoutes } from "./routes/users.ts";
import { createSessions } from "./sessions.ts";

type Dependencies = {
  db: Knex;
  access: Pick<Access, "change">;
  keys: AccessKeys;
  verify: VerifyAccessToken;
  limits: LoginLimits;
  readService: ReadService;
  serverKey: string;
  readiness: Readiness;
  http: HttpOptions;
  count: Count;
  log: Logger;
};

export function createApp(dependencies: Dependencies): Express {
  const { db, access, keys, limits, log, readiness, count } = dependencies;
  const callers = createCallers(dependencies);
  const sessions = createSessions(dependencies);
  const routes = [
    accountRoutes({ db, callers, sessions, limits }),
    sessionRoutes({ db, callers, sessions }),
    userRoutes({ ...dependencies, callers, sessions }),
    blockRoutes({ db, access, callers }),
    profileRoutes({ db, access, callers }),
    memberRoutes({ db, access, callers, readService: dependencies.readService }),
    keyRoutes({ keys }),
    dbProblems,
  ];
  return createHttpApp({ log, routes, readiness, options: dependencies.http, count });
}
