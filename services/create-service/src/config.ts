/** This service's variables; the only reader of process.env. */
import { commonVariables, readConfig } from "@parley/common/config";
import { z } from "zod";

export const variables = {
  ...commonVariables,
  PORT: z.coerce.number().int().min(0).max(65_535).default(3001),
  REDIS_URL: z.url(),
  RABBITMQ_URL: z.url(),
  READ_SERVICE_URL: z.url(),
  ACCOUNT_SERVICE_URL: z.url(),
  /** What is accepted and not stored yet may take this much of Redis in each shard; beyond it creates are refused. */
  OUTBOX_LIMIT_MB: z.coerce.number().int().positive().default(256),
};

export type Config = ReturnType<typeof readServiceConfig>;

export function readServiceConfig(env: NodeJS.ProcessEnv = process.env) {
  return readConfig(variables, env);
}
