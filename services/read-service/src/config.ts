/** This service's variables; the only reader of process.env. */
import { commonVariables, readConfig } from "@parley/common/config";
import { z } from "zod";

const searchVariables = {
  /** Without it the tail scan is all of search. */
  ELASTICSEARCH_URL: z.url().optional(),
  /** How the alias and the indexes begin that are made. */
  SEARCH_INDEX: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .default("parley-messages"),
  /** Taken by the next index that is made. Routed by application: a search asks one shard only. */
  SEARCH_SHARDS: z.coerce.number().int().min(1).max(1024).default(4),
  SEARCH_REPLICAS: z.coerce.number().int().min(0).max(10).default(0),
  /** How long Elasticsearch gathers what is written before it shows it; until then search reads it from MySQL. */
  SEARCH_REFRESH_MS: z.coerce.number().int().min(100).max(60_000).default(1000),
};

export const variables = {
  ...commonVariables,
  PORT: z.coerce.number().int().min(0).max(65_535).default(3002),
  MYSQL_URL: z.url(),
  REDIS_URL: z.url(),
  RABBITMQ_URL: z.url(),
  /** Whose keys access tokens are verified with. */
  ACCOUNT_SERVICE_URL: z.url(),
  ...searchVariables,
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
  const { MYSQL_URL, REDIS_URL } = variables;
  return readConfig({ MYSQL_URL, REDIS_URL, ...searchVariables }, env);
}

type SearchConfig = z.infer<z.ZodObject<typeof searchVariables>>;

/** Undefined where there is no search index. */
export function searchOptions(config: SearchConfig) {
  const { ELASTICSEARCH_URL: url, SEARCH_INDEX: name } = config;
  const { SEARCH_SHARDS: shards, SEARCH_REPLICAS: replicas, SEARCH_REFRESH_MS: refreshMs } = config;
  return url === undefined ? undefined : { url, name, shards, replicas, refreshMs };
}
