/** What every service's HTTP side has: request ids, access log, bodies, health, 404, 405, problems. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { Server as NetServer } from "node:net";
import { performance } from "node:perf_hooks";
import type { Duplex } from "node:stream";
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  type Response,
  type Router,
} from "express";
import { v4 as uuid } from "uuid";
import { findAllow } from "./addresses.ts";
import { jsonBody } from "./body.ts";
import type { HttpOptions } from "./config.ts";
import { allowOrigins } from "./cors.ts";
import { resolveDefault } from "./default-application.ts";
import type { Count } from "./figures.ts";
import type { Logger } from "./log.ts";
import { noSuchAddress, problem, problemHandler } from "./problem.ts";

const bodyLimitBytes = 256 * 1024;
const requestIdPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Why the service cannot do its work now; empty = ready. */
export type Readiness = () => string[];

const identify: RequestHandler = (req, res, next) => {
  const given = req.get("x-request-id");
  const requestId = given && requestIdPattern.test(given) ? given : uuid();
  res.locals["requestId"] = requestId;
  res.set("X-Request-Id", requestId);
  next();
};

const applications = "/api/applications/";
const maskAt = applications.length + 8;

/** Whose names and logins these are is nobody's business. */
const personal = /\/(users\/username|sessions)\/[^/]+/;

/** A token is a capability: eight characters are enough to find its requests. */
function maskPath(path: string): string {
  if (!path.startsWith(applications) || path.length <= maskAt) return path;
  const end = path.indexOf("/", maskAt);
  return path.slice(0, maskAt) + (end < 0 ? "" : path.slice(end));
}

/** What processes ask each other, and what an open console asks again and again, says nothing of how much there is to do. */
const uncounted = /^\/(internal|api\/operator)\//;

function countRequest(count: Count, status: number): void {
  count("requests");
  if (status >= 500) count("failed");
  else if (status >= 400) count("refused");
}

/** One line per request; the address without its query, with the token cut to a short prefix. */
function accessLog(log: Logger, count: Count): RequestHandler {
  return (req, res, next) => {
    const start = performance.now();
    const level = req.path.startsWith("/internal/") ? "debug" : "info";
    res.on("finish", () => {
      if (!uncounted.test(req.path)) countRequest(count, res.statusCode);
      log[level](
        {
          requestId: res.locals["requestId"] as string,
          method: req.method,
          path: maskPath(req.path).replace(personal, "/$1/…"),
          status: res.statusCode,
          ms: Math.round(performance.now() - start),
        },
        "request",
      );
    });
    next();
  };
}

/** Methods that carry a body; a GET may, too, but only search looks at it. */
const withBody = new Set(["POST", "PUT", "PATCH"]);
const parseAnyBody = jsonBody(bodyLimitBytes);
const parseBody: RequestHandler = (req, res, next) => {
  if (withBody.has(req.method)) parseAnyBody(req, res, next);
  else next();
};

/** Express would take bytes that are not UTF-8 for the replacement character, which is another text. */
const requireUtf8Address: RequestHandler = (req, _res, next) => {
  try {
    if (req.url.includes("%")) decodeURIComponent(req.url);
  } catch {
    throw problem("bad-request", "The address has an escape that is not UTF-8.");
  }
  next();
};

const wrongMethodOrAddress: RequestHandler = (req, res, next) => {
  const allow = findAllow(req.path);
  if (allow) {
    throw problem("method-not-allowed", `${req.method} is not possible here, only ${allow}.`, {
      headers: { Allow: allow },
    });
  }
  noSuchAddress(req, res, next);
};

/** Addresses are case sensitive: what looks like another address is one. */
export function createRouter(): Router {
  return express.Router({ caseSensitive: true });
}

type HttpApp = {
  log: Logger;
  routes: (Router | ErrorRequestHandler)[];
  readiness: Readiness;
  options?: HttpOptions | undefined;
  count: Count;
};

export function createHttpApp({ log, routes, readiness, options, count }: HttpApp): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag");
  app.set("query parser", "simple").set("trust proxy", 1).set("case sensitive routing", true);
  // Whoever probes comes seldom: a connection kept for it would only have to be waited for at the end.
  const probed = (res: Response): Response => res.set("Connection", "close");
  app.get("/healthz", (_req, res) => probed(res).json({ status: "ok" }));
  app.get("/readyz", (_req, res) => {
    const reasons = readiness();
    probed(res)
      .status(reasons.length === 0 ? 200 : 503)
      .json({ status: reasons.length === 0 ? "ok" : "unready", reasons });
  });
  if (options?.cors) app.use(allowOrigins(options.cors));
  app.use(identify, accessLog(log, count), requireUtf8Address, parseBody);
  if (options?.defaultToken !== undefined) app.use(resolveDefault(options.defaultToken));
  // Express would answer it by itself, with what one service has of an address.
  app.options(/.*/, wrongMethodOrAddress);
  for (const route of routes) app.use(route);
  app.use(wrongMethodOrAddress);
  app.use(problemHandler(log));
  return app;
}

/** Longer than nginx keeps an idle connection to a service. */
const drainMs = 5000;

/**
 * Stops without failing a request. New connections are refused, so that nginx turns to another process; those there are
 * end with their next reply, or are closed by nginx. Closed from here, an idle one might just be getting a request.
 */
async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.once("close", resolve);
  });
  server.prependListener("request", (_req, res) => res.setHeader("Connection", "close"));
  // What Node's HTTP server does beside this is to close idle connections.
  NetServer.prototype.close.call(server);
  const timer = setTimeout(() => server.closeIdleConnections(), drainMs);
  await closed;
  clearTimeout(timer);
}

/** Takes a connection over that asks for another protocol. */
export type Upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Listens; `stop` lets requests under way finish. Sockets outlive nginx's idle ones, so that it never meets a closed one. */
export async function listen(
  app: Express,
  port: number,
  host: string,
  upgrade?: Upgrade,
): Promise<{ port: number; stop: () => Promise<void> }> {
  const server: Server = createServer(
    { headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout: 75_000 },
    app,
  );
  if (upgrade) server.on("upgrade", upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    stop: () => drain(server),
  };
}
