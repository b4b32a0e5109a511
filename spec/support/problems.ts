/** What every refusal looks like: application/problem+json that names what was wrong, and nothing of the inside. */
import { expect } from "@jest/globals";
import type { HttpReply } from "./ask.ts";

type Expected = {
  status: number;
  /** Behind /problems/; left out where only the status is promised. */
  slug?: string;
  detail?: RegExp;
  /** Of the value that is refused, all of whose faults are told, and no others. */
  pointer?: string;
};

const inside =
  /node_modules|\.ts:\d|\bat \w+ \(|\bSELECT\b|\bINSERT\b|\bER_[A-Z]+|ECONN|ReplyError|NOSCRIPT|redis|mysql|mariadb|rabbit|elastic|knex|zod/i;

export function expectProblem(reply: HttpReply, { status, slug, detail, pointer }: Expected): void {
  expect({ status: reply.status, body: reply.body }).toMatchObject({ status });
  expect(reply.headers["content-type"]).toMatch(/^application\/problem\+json\b/);
  const body = reply.body as Record<string, unknown>;
  const keys = ["type", "title", "status", "detail", "instance", ...(status === 422 ? ["errors"] : [])];
  expect(Object.keys(body).toSorted()).toEqual(keys.toSorted());
  expect(body).toMatchObject({
    type: slug ? `/problems/${slug}` : expect.stringMatching(/^(about:blank|\/problems\/[a-z-]+)$/),
    title: expect.stringMatching(/\w/),
    status,
    detail: expect.stringMatching(detail ?? /\w/),
    instance: reply.headers["x-request-id"],
  });
  expect(body["instance"]).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  expect(reply.text).not.toMatch(inside);
  if (status === 422) expectErrors(body["errors"], pointer);
}

function expectErrors(errors: unknown, pointer: string | undefined): void {
  const faults = errors as { pointer: string; detail: string }[];
  const shape = { pointer: pointer ?? expect.any(String), detail: expect.stringMatching(/\w/) };
  expect(faults).toEqual(faults.map(() => shape));
  expect(faults).not.toEqual([]);
}

/** The methods that `Allow` names, without those that every address takes beside its own. */
export function allowed(reply: HttpReply): string[] {
  return (reply.headers["allow"] ?? "")
    .split(",")
    .map((method) => method.trim())
    .filter((method) => method !== "" && method !== "HEAD" && method !== "OPTIONS")
    .toSorted();
}
