/** Search indexes of the bench's own, filled past the product with what it would write. */
import { createLogger } from "@parley/common/log";
import { connectSearch, type SearchIndex } from "../../../services/read-service/src/search/connect.ts";
import { sortKeysOf } from "../../../services/read-service/src/search/sort.ts";
import type { World } from "../world.ts";

const PAGE = 50;

/** Of the tenant in the chat of the same number. */
export interface Document {
  tenant: number;
  number: number;
  content: string;
}

export function connectIndex(
  { stores }: World,
  name: string,
  { shards = 1, refreshMs = 1000 }: { shards?: number; refreshMs?: number } = {},
): SearchIndex {
  const url = stores.elasticsearch?.url ?? "";
  const log = createLogger("bench", "warn");
  return connectSearch({ url, name, shards, replicas: 0, refreshMs, log });
}

/** Makes it and searches it from now on; gives its name. */
export async function openIndex({ indexes }: SearchIndex): Promise<string> {
  const name = await indexes.create([]);
  await indexes.switchTo(name);
  return name;
}

export async function write(
  search: SearchIndex,
  name: string,
  documents: readonly Document[],
): Promise<void> {
  const byTenant = Map.groupBy(documents, ({ tenant }) => tenant);
  const chats = [...byTenant].map(([tenant, own]) => ({
    chat: { id: tenant, number: 1, applicationId: tenant, audience: "open" as const },
    through: own.length,
    messages: own.map(({ number, content }) => ({
      number,
      content,
      changeNumber: number,
      version: 0,
      createdAt: new Date(1_800_000_000_000 + number),
      state: "live" as const,
      uid: "",
    })),
  }));
  await search.at(name).writeStates(chats);
}

/** As the product asks in all of an application. */
export const find = (search: SearchIndex, tenant: number, folded: string) =>
  search.findHits({
    place: { applicationId: tenant, caller: { kind: "guest" } },
    condition: { folded },
    filters: { after: 0, before: 2 ** 31 },
    keys: sortKeysOf({ sort: "newest", mode: "contains", isWholeApplication: true }),
    limit: PAGE + 1,
    watermarksOf: [],
  });
