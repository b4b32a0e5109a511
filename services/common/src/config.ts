/** Turns environment variables into one checked, frozen value; nothing else reads process.env. */
import { readFileSync } from "node:fs";
import { z } from "zod";

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
