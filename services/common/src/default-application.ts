/** The one application of an installation that has DEFAULT_APPLICATION: its addresses need no token. */
import { createHmac } from "node:crypto";
import type { RequestHandler } from "express";
import { v4 as uuid } from "uuid";

const alias = /^\/api\/applications\/default(?=[/?]|$)/;

/** The same at every start and in every service. */
export function defaultToken(serverKey: string): string {
  const random = createHmac("sha256", serverKey).update("default-application").digest().subarray(0, 16);
  return uuid({ random });
}

/** nginx puts `/api/applications/default` before addresses that name no application. */
export function resolveDefault(token: string): RequestHandler {
  return (req, _res, next) => {
    req.url = req.url.replace(alias, `/api/applications/${token}`);
    next();
  };
}
