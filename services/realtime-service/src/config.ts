/** This service's variables; the only reader of process.env. */
import { commonVariables, readConfig } from "@parley/common/config";
import { z } from "zod";

export const variables = {
  ...commonVariables,
  PORT: z.coerce.number().int().min(0).max(65_535).default(3004),
  REDIS_URL: z.url(),
  RABBITMQ_URL: z.url(),
  CREATE_SERVICE_URL: z.url(),
  READ_SERVICE_URL: z.url(),
  ACCOUNT_SERVICE_URL: z.url(),
  /** Whether those in a chat are told who else is there now. */
  PRESENCE: z
    .enum(["true", "false"])
    .default("true")
    .transform((value) => value === "true"),
};

export type Config = ReturnType<typeof readServiceConfig>;

export function readServiceConfig(env: NodeJS.ProcessEnv = process.env) {
  return readConfig(variables, env);
}
