/** This service's variables; the only reader of process.env. */
import { commonVariables, readConfig } from "@parley/common/config";
import { z } from "zod";

export const variables = {
  ...commonVariables,
  PORT: z.coerce.number().int().min(0).max(65_535).default(3002),
  MYSQL_URL: z.url(),
  REDIS_URL: z.url(),
  RABBITMQ_URL: z.url(),
  /** Without it the tail scan is all of search. */
  ELASTICSEARCH_URL: z.url().optional(),
  /** The alias that is written and searched; its first index is <alias>-1. */
  SEARCH_INDEX: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .default("parley-messages"),
  /** api: HTTP only; worker: consumers, cron and recovery; all: both. */
  ROLE: z.enum(["api", "worker", "all"]).default("all"),
  /** Kept in MySQL at first start; another value later is refused. */
  SHARDS: z.coerce.number().int().min(1).max(64).default(4),
};

export type Config = ReturnType<typeof readServiceConfig>;

export function readServiceConfig(env: NodeJS.ProcessEnv = process.env) {
  return readConfig(variables, env);
}

export function readMigrationConfig(env: NodeJS.ProcessEnv = process.env) {
  const { MYSQL_URL, LOG_LEVEL, ALLOW_UNSAFE_STORES } = variables;
  return readConfig({ MYSQL_URL, LOG_LEVEL, ALLOW_UNSAFE_STORES }, env);
}

/** What the scripts need that look into the stores. */
export function readStoresConfig(env: NodeJS.ProcessEnv = process.env) {
  const { MYSQL_URL, REDIS_URL, ELASTICSEARCH_URL, SEARCH_INDEX } = variables;
  return readConfig({ MYSQL_URL, REDIS_URL, ELASTICSEARCH_URL, SEARCH_INDEX }, env);
}
