/** Reading JSON bodies: their media type, size, encoding and depth are checked before anything looks at them. */
import { isUtf8 } from "node:buffer";
import express, { type NextFunction, type Request, type RequestHandler, type Response } from "express";
import { problem, type Problem } from "./problem.ts";

const deepest = 20;
const lingerMs = 500;
const jsonInUtf8 = /^application\/json\s*(;\s*charset="?utf-?8"?\s*)?;?$/i;

function hasBody({ headers }: Request): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"]) > 0;
}

function requireJson(req: Request): void {
  const type = req.get("content-type") ?? "";
  if (type === "application/json" || jsonInUtf8.test(type.trim())) return;
  throw problem(
    "unsupported-media-type",
    `Bodies are JSON in UTF-8: add -H 'Content-Type: application/json'${type ? `, not '${type.slice(0, 100)}'` : ""}.`,
  );
}

/** Refuses as soon as the size is known; the parser would read everything that is sent before it did. */
function refuseLarge(req: Request, res: Response, next: NextFunction, limit: number): void {
  const tooLarge = (headers = {}) =>
    problem("body-too-large", `A body may have at most ${limit / 1024} KiB here.`, { headers });
  if (Number(req.headers["content-length"]) > limit) throw tooLarge({ Connection: "close" });
  if (req.headers["transfer-encoding"] === undefined) return;
  let bytes = 0;
  req.on("data", function count(chunk: Buffer) {
    bytes += chunk.length;
    if (bytes <= limit) return;
    req.off("data", count);
    // Closed at once, the client would lose the answer while it is still sending.
    res.once("finish", () => setTimeout(() => req.destroy(), lingerMs).unref());
    next(tooLarge());
  });
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(child, levels - 1));
}

/** A problem when the body is nested too deep; not thrown, since the parser calls back when nobody would catch it. */
function findTooDeep({ body }: Request): Problem | undefined {
  if (!isDeeperThan(body, deepest)) return undefined;
  return problem("invalid", `JSON may be nested ${deepest} deep.`, {
    errors: [{ pointer: "", detail: `nested more than ${deepest} deep` }],
  });
}

/** Parses a JSON body of at most `limit` bytes, if there is one: any JSON value, so that a schema can name what is wrong. */
export function jsonBody(limit: number): RequestHandler {
  const parse = express.json({
    limit,
    strict: false,
    inflate: false,
    verify: (_req, _res, bytes) => {
      if (!isUtf8(bytes)) throw new Error("The body has bytes that are not UTF-8.");
    },
  });
  return (req, res, next) => {
    if (!hasBody(req)) return next();
    requireJson(req);
    refuseLarge(req, res, next, limit);
    parse(req, res, (err?: unknown) => next(err ?? findTooDeep(req)));
  };
}
