/** This service's variables; the only reader of process.env. */
import { commonVariables, readConfig } from "@parley/common/config";
import { z } from "zod";

export const variables = {
  ...commonVariables,
  PORT: z.coerce.number().int().min(0).max(65_535).default(3003),
  MYSQL_URL: z.url(),
  REDIS_URL: z.url(),
  READ_SERVICE_URL: z.url(),
  /** Path of the keys that sign access tokens, which is read again when it changes. */
  ACCESS_KEYS_FILE: z.string(),
};

export type Config = ReturnType<typeof readServiceConfig>;

export function readServiceConfig(env: NodeJS.ProcessEnv = process.env) {
  return readConfig(variables, env);
}
