/** Which pages of other origins may call the API from a browser: none, unless they are configured. */
import cors from "cors";
import type { RequestHandler } from "express";

const exposed = [
  "ETag",
  "Idempotency-Replayed",
  "Last-Change",
  "Link",
  "Retry-After",
  "Search-Count",
  "Search-Indexed-Through",
  "Search-Partial",
  "X-Request-Id",
];
const preflightSeconds = 600;

/** `origins`: "*" alone for all. Never with credentials of the browser's own: there are no cookies. */
export type CorsOptions = { origins: readonly string[]; headers: readonly string[] };

/** Answers every OPTIONS itself. */
export function allowOrigins({ origins, headers }: CorsOptions): RequestHandler {
  return cors({
    origin: origins.includes("*") ? "*" : [...origins],
    methods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    allowedHeaders: [...headers],
    exposedHeaders: exposed,
    maxAge: preflightSeconds,
  });
}
