/** Turns environment variables into one checked, frozen value; nothing else reads process.env. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { CorsOptions } from "./cors.ts";
import { defaultToken } from "./default-application.ts";
import { Name } from "./text.ts";

/** Values with commas between. */
const list = (isValue: (value: string) => boolean, message: string) =>
  z
    .string()
    .transform((text) => text.split(",").map((value) => value.trim()))
    .refine((values) => values.every(isValue), message);

/** Variables that every service has. Units are in the names. */
export const commonVariables = {
  HOST: z.string().default("127.0.0.1"),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
  SHUTDOWN_TIMEOUT_MS: z.coerce.number().int().positive().default(15_000),
  SERVER_KEY: z.string().min(32, "needs at least 32 characters: try `openssl rand -hex 32`"),
  OPERATOR_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{32,}$/, "needs at least 32 printable characters: try `openssl rand -hex 32`")
    .optional(),
  PARLEY_BIND: z.string().default("127.0.0.1"),
  OPEN_APPLICATIONS: z
    .enum(["true", "false"])
    .default("false")
    .transform((value) => value === "true"),
  /** Pages of these origins may call the API from a browser, with these headers: lists with commas between. */
  CORS_ORIGINS: list(
    (origin) => origin === "*" || (URL.canParse(origin) && new URL(origin).origin === origin),
    "must be origins such as https://chat.example.com, or *",
  ).default([]),
  CORS_HEADERS: list((name) => /^[A-Za-z0-9-]+$/.test(name), "must be names of headers").default([
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "X-Request-Id",
  ]),
  /** The name of an application that is made at the first start, and whose addresses need no token. */
  DEFAULT_APPLICATION: Name.optional(),
  /** Works with stores that may lose what they have confirmed, and says so at each start. */
  ALLOW_UNSAFE_STORES: z
    .enum(["0", "1", "false", "true"])
    .default("false")
    .transform((value) => value === "1" || value === "true"),
};

/** A value may be given as NAME, or as NAME_FILE: the path of a file that holds it. Empty counts as absent. */
function lookUp(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const file = env[`${name}_FILE`];
  const value = env[name] || (file ? readFileSync(file, "utf8").trim() : undefined);
  return value || undefined;
}

/**
 * Reads the variables that `shape` names.
 * @throws Error that lists every fault, one a line.
 */
export function readConfig<S extends z.ZodRawShape>(
  shape: S,
  env: NodeJS.ProcessEnv,
): Readonly<z.infer<z.ZodObject<S>>> {
  const values = Object.fromEntries(Object.keys(shape).map((name) => [name, lookUp(name, env)]));
  const result = z.object(shape).safeParse(values);
  if (result.success) return Object.freeze(result.data);
  const faults = result.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`The configuration is not usable:\n${faults.join("\n")}`);
}

/** What of it shapes all of a service's HTTP side. */
export type HttpOptions = { cors: CorsOptions | undefined; defaultToken: string | undefined };
type HttpVariables = {
  CORS_ORIGINS: string[];
  CORS_HEADERS: string[];
  DEFAULT_APPLICATION?: string | undefined;
  SERVER_KEY: string;
};

export function httpOptions(config: HttpVariables): HttpOptions {
  const { CORS_ORIGINS: origins, CORS_HEADERS: headers, DEFAULT_APPLICATION: name, SERVER_KEY: key } = config;
  return {
    cors: origins.length > 0 ? { origins, headers } : undefined,
    defaultToken: name === undefined ? undefined : defaultToken(key),
  };
}
