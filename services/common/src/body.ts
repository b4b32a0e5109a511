/** Reading JSON bodies: their media type, size, encoding and depth are checked before anything looks at them. */
import { isUtf8 } from "node:buffer";
import express, { type Request, type RequestHandler } from "express";
import { problem } from "./problem.ts";

const deepest = 20;
const jsonInUtf8 = /^application\/json\s*(;\s*charset="?utf-?8"?\s*)?;?$/i;

function hasBody({ headers }: Request): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"]) > 0;
}

const requireJson: RequestHandler = (req, _res, next) => {
  const type = req.get("content-type") ?? "";
  if (!jsonInUtf8.test(type.trim())) {
    throw problem(
      "unsupported-media-type",
      `Bodies are JSON in UTF-8: add -H 'Content-Type: application/json'${type ? `, not '${type.slice(0, 100)}'` : ""}.`,
    );
  }
  next();
};

/** Refuses as soon as the size is known; the parser would read everything that is sent before it did. */
function refuseLarge(limit: number): RequestHandler {
  const tooLarge = () =>
    problem("body-too-large", `A body may have ${limit / 1024} KiB here.`, {
      headers: { Connection: "close" },
    });
  return (req, res, next) => {
    if (Number(req.headers["content-length"]) > limit) throw tooLarge();
    let bytes = 0;
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= limit) return;
      req.off("data", count);
      res.once("finish", () => req.destroy());
      next(tooLarge());
    };
    if (req.headers["transfer-encoding"] !== undefined) req.on("data", count);
    next();
  };
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(child, levels - 1));
}

const refuseDeep: RequestHandler = (req, _res, next) => {
  if (isDeeperThan(req.body, deepest)) {
    throw problem("invalid", `JSON may be nested ${deepest} deep.`, {
      errors: [{ pointer: "", detail: `nested more than ${deepest} deep` }],
    });
  }
  next();
};

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
  const steps = express.Router().use(requireJson, refuseLarge(limit), parse, refuseDeep);
  return (req, res, next) => {
    if (hasBody(req)) steps(req, res, next);
    else next();
  };
}
