/** Connects to Elasticsearch: asking the index, writing to it, and making another one. */
import { Client } from "@elastic/elasticsearch";
import type { Logger } from "@parley/common/log";
import { createAsk } from "./ask.ts";
import { createIndexes, type IndexSettings } from "./indexes.ts";
import { mappingVersion } from "./mapping.ts";
import { createStates } from "./states.ts";
import { createWriter } from "./writer.ts";

/** Somebody waits for it. */
const requestTimeoutMs = 1500;
const workTimeoutMs = 30_000;

export type SearchOptions = { url: string; name: string; log: Logger } & IndexSettings;
export type SearchIndex = ReturnType<typeof connectSearch>;
/** One index by its own name, whatever is searched meanwhile. */
export type OneIndex = ReturnType<SearchIndex["at"]>;

/** The alias under which an index of this version is searched: one of another version is not there at all. */
export const aliasOf = (name: string): string => `${name}-v${mappingVersion}`;

export function connectSearch({ url, name, log, ...settings }: SearchOptions) {
  const client = new Client({ node: url, maxRetries: 0 });
  const alias = aliasOf(name);
  const ask = createAsk({ client, index: alias, log });
  return {
    ...ask,
    ...createStates(client, alias, requestTimeoutMs),
    indexes: createIndexes({ client, alias, ...settings }),
    at: (index: string) => ({
      ...createWriter(index, { client, log }),
      ...createStates(client, index, workTimeoutMs),
    }),
    /** Whether there is one to be searched. */
    hasIndex: (): Promise<boolean> =>
      client.indices.existsAlias({ name: alias }, { requestTimeout: requestTimeoutMs }),
    /** Also from an index that is being made. */
    deleteChat: (chatId: number) => createWriter(`${alias}-*`, { client, log }).deleteChat(chatId),

    stop(): Promise<void> {
      ask.stop();
      return client.close();
    },
  };
}
