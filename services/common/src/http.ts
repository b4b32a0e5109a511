/** What every service's HTTP side has: bodies, request ids, access log, health, 404, 405, problems. */
import { isUtf8 } from "node:buffer";
import { createServer, type Server } from "node:http";
import { performance } from "node:perf_hooks";
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from "express";
import { v4 as uuid } from "uuid";
import { findAllow } from "./addresses.ts";
import type { Logger } from "./log.ts";
import { noSuchAddress, problem, problemHandler } from "./problem.ts";

const bodyLimitBytes = 256 * 1024;
const deepest = 20;
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

/** One line per request; the address without its query, with the token cut to a short prefix. */
function accessLog(log: Logger): RequestHandler {
  return (req, res, next) => {
    const start = performance.now();
    const level = req.path.startsWith("/internal/") ? "debug" : "info";
    res.on("finish", () => {
      log[level](
        {
          requestId: res.locals["requestId"] as string,
          method: req.method,
          path: req.path.replace(/(?<=applications\/[^/]{8})[^/]*/, ""),
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

const requireJson: RequestHandler = (req, _res, next) => {
  const hasBody = req.headers["transfer-encoding"] !== undefined || Number(req.headers["content-length"]) > 0;
  if (withBody.has(req.method) && hasBody) {
    const type = req.get("content-type") ?? "";
    if (!/^application\/json\s*(;\s*charset="?utf-?8"?\s*)?;?$/i.test(type.trim())) {
      throw problem(
        "unsupported-media-type",
        `Bodies are JSON in UTF-8: add -H 'Content-Type: application/json'${type ? `, not '${type.slice(0, 100)}'` : ""}.`,
      );
    }
  }
  next();
};

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(child, levels - 1));
}

const refuseDeepBody: RequestHandler = (req, _res, next) => {
  if (isDeeperThan(req.body, deepest)) {
    throw problem("invalid", `JSON may be nested ${deepest} deep.`, {
      errors: [{ pointer: "", detail: `nested more than ${deepest} deep` }],
    });
  }
  next();
};

/** Parses a JSON body of at most `limit` bytes; any JSON value, so that a schema can name what is wrong with it. */
export function jsonBody(limit: number): RequestHandler {
  return express.json({
    limit,
    strict: false,
    inflate: false,
    verify: (_req, _res, bytes) => {
      if (!isUtf8(bytes)) throw new Error("The body has bytes that are not UTF-8.");
    },
  });
}

const parseAnyBody = jsonBody(bodyLimitBytes);
const parseBody: RequestHandler = (req, res, next) => {
  if (withBody.has(req.method)) parseAnyBody(req, res, next);
  else next();
};

const wrongMethodOrAddress: RequestHandler = (req, res, next) => {
  const allow = findAllow(req.path);
  if (allow) {
    throw problem("method-not-allowed", `${req.method} is not possible here: ${allow} are.`, {
      headers: { Allow: allow },
    });
  }
  noSuchAddress(req, res, next);
};

type HttpApp = { log: Logger; routes: (Router | ErrorRequestHandler)[]; readiness: Readiness };

export function createHttpApp({ log, routes, readiness }: HttpApp): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag");
  app.set("query parser", "simple").set("trust proxy", 1).set("case sensitive routing", true);
  app.get("/healthz", (_req, res) => res.json({ status: "ok" }));
  app.get("/readyz", (_req, res) => {
    const reasons = readiness();
    res
      .status(reasons.length === 0 ? 200 : 503)
      .json({ status: reasons.length === 0 ? "ok" : "unready", reasons });
  });
  app.use(identify, accessLog(log), requireJson, parseBody, refuseDeepBody);
  for (const route of routes) app.use(route);
  app.use(wrongMethodOrAddress);
  app.use(problemHandler(log));
  return app;
}

/** Listens; `stop` lets requests under way finish. Sockets outlive nginx's idle ones, so that it never meets a closed one. */
export async function listen(
  app: Express,
  port: number,
  host: string,
): Promise<{ port: number; stop: () => Promise<void> }> {
  const server: Server = createServer(
    { headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout: 75_000 },
    app,
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}
