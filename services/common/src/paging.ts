/** Pages by number: query parameters in, `Link` header out, and the merging of what is stored with what is pending. */
import { parse, problem } from "./problem.ts";
import { largestNumber } from "./text.ts";
import type { Request, Response } from "express";
import { z } from "zod";

export const cursor = z
  .string("may be given once")
  .regex(/^(0|[1-9][0-9]{0,9})$/, "must be a whole number")
  .transform(Number)
  .refine((number) => number <= largestNumber, `must be at most ${largestNumber}`)
  .meta({ type: "integer", minimum: 0, maximum: largestNumber });

export const pageShape = {
  limit: z
    .string("may be given once")
    .regex(/^[1-9][0-9]{0,2}$/, "must be from 1 to 200")
    .transform(Number)
    .refine((limit) => limit <= 200, "must be from 1 to 200")
    .meta({
      type: "integer",
      minimum: 1,
      maximum: 200,
      description: "How many at most; 100 if it is left out.",
      examples: [2],
    })
    .default(100),
  order: z
    .enum(["asc", "desc"], "must be asc or desc")
    .meta({ examples: ["desc"] })
    .default("asc"),
};
export const numberPageShape = {
  ...pageShape,
  after: cursor.meta({ description: "Only greater numbers.", examples: [0] }).default(0),
  before: cursor.meta({ description: "Only smaller numbers.", examples: [1000] }).default(largestNumber + 1),
};
export type NumberPage = { after: number; before: number; order: "asc" | "desc"; limit: number };
export const NumberPageQuery = z.strictObject(numberPageShape);

/** @throws Problem invalid (422) for a query parameter that cannot be read or is not known */
export function parsePage<S extends z.ZodType>(schema: S, req: Request): z.infer<S> {
  return parse(schema, { ...req.query });
}

/** @throws Problem invalid (422) */
export function parseNumberPage(req: Request): NumberPage {
  return parsePage(NumberPageQuery, req);
}

/** One list out of two, in order of number, where the stored state wins. */
export function mergeByNumber<T extends { number: number }>(
  pending: readonly T[],
  stored: readonly T[],
  page: NumberPage,
): T[] {
  const byNumber = new Map([...pending, ...stored].map((one) => [one.number, one]));
  const sign = page.order === "asc" ? 1 : -1;
  return [...byNumber.values()].sort((a, b) => sign * (a.number - b.number)).slice(0, page.limit);
}

/** The ledger's range for a page. */
export function rangeOf({ after, before, order, limit }: NumberPage) {
  return { lowest: after + 1, highest: before - 1, order, limit };
}

/** Adds `Link: <…>; rel="next"`: the same request with `next` as this parameter. */
export function linkNext(
  req: Request,
  res: Response,
  parameter: "after" | "before" | "cursor",
  next: string | number,
): void {
  const url = new URL(req.originalUrl, "http://parley");
  url.searchParams.set(parameter, String(next));
  res.set("Link", `<${url.pathname}${url.search}>; rel="next"`);
}

/** Sends the first `limit` of one more than that, with a link to what follows. */
export function sendPage<T>(
  { req, res, page }: { req: Request; res: Response; page: { order: "asc" | "desc"; limit: number } },
  found: readonly T[],
  { cursorOf, present }: { cursorOf: (one: T) => string | number; present: (one: T) => unknown },
): void {
  const shown = found.slice(0, page.limit);
  const last = shown.at(-1);
  if (found.length > page.limit && last) {
    linkNext(req, res, page.order === "asc" ? "after" : "before", cursorOf(last));
  }
  res.json(shown.map(present));
}

/**
 * Checks If-Match against a record's ETag. The count behind the dot tells caches of a new reply; for writing, the
 * version before it decides.
 * @throws Problem stale-etag (412)
 */
export function requireMatch(ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined || ifMatch.trim() === "*") return;
  const given = ifMatch.split(",").map((tag) => /^\s*"(\d+)(?:\.\d+)?"\s*$/.exec(tag)?.[1]);
  if (!given.includes(String(version))) {
    throw problem("stale-etag", "If-Match does not name the record's present ETag: read it again.");
  }
}
