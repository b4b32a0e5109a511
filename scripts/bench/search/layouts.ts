/** One tenant's search among many: in one shard with a filter, in one of several shards by routing, in an index of its own. */
import { createRandom } from "../text.ts";
import { step } from "../../progress.ts";
import type { SearchIndex } from "../../../services/read-service/src/search/connect.ts";
import { fold } from "@parley/common/fold";
import type { World } from "../world.ts";
import { makeCorpus } from "./corpus.ts";
import { connectIndex, find, openIndex, write, type Document } from "./indexes.ts";
import { makeQueries } from "./queries.ts";
import { showTimings, throughputOf, timeOf } from "./timings.ts";

const TENANTS = 50;
const MESSAGES_PER_TENANT = 4000;
const QUERIES = 300;
const ROUNDS = 3;
const AT_ONCE = 16;
const BULK = 500;

interface Layout {
  name: string;
  indexOf: (tenant: number) => SearchIndex;
  indexes: SearchIndex[];
}

function openLayouts(world: World): Layout[] {
  const one = connectIndex(world, "bench-one");
  const routed = connectIndex(world, "bench-routed", { shards: 4 });
  const own = Array.from({ length: TENANTS }, (_, i) => connectIndex(world, `bench-tenant-${i}`));
  return [
    { name: "one shard, filtered", indexOf: () => one, indexes: [one] },
    { name: "4 shards, routed", indexOf: () => routed, indexes: [routed] },
    { name: "an index per tenant", indexOf: (tenant) => own[tenant - 1] ?? one, indexes: own },
  ];
}

async function fill({ indexOf, indexes }: Layout, documents: readonly Document[]): Promise<string[]> {
  const names = new Map<SearchIndex, string>();
  for (const index of indexes) names.set(index, await openIndex(index));
  const byIndex = Map.groupBy(documents, ({ tenant }) => indexOf(tenant));
  for (const [index, own] of byIndex) {
    const name = names.get(index) ?? "";
    for (let i = 0; i < own.length; i += BULK) await write(index, name, own.slice(i, i + BULK));
    await index.indexes.refresh(name);
  }
  return [...names.values()];
}

async function bytesOf({ stores }: World, names: readonly string[]): Promise<number> {
  let sum = 0;
  for (const name of names) {
    await fetch(`${stores.elasticsearch?.url}/${name}/_flush`, { method: "POST" });
    const reply = await fetch(`${stores.elasticsearch?.url}/${name}/_stats/store`);
    const stats = (await reply.json()) as { _all: { primaries: { store: { size_in_bytes: number } } } };
    sum += stats._all.primaries.store.size_in_bytes;
  }
  return sum;
}

export async function compareLayouts(world: World): Promise<void> {
  const total = TENANTS * MESSAGES_PER_TENANT;
  const { contents, needles } = makeCorpus(total);
  // Tenants arrive by turns, as they do in life.
  const documents = contents.map((content, i) => ({
    tenant: 1 + (i % TENANTS),
    number: 1 + Math.floor(i / TENANTS),
    content,
  }));
  const random = createRandom(23);
  const questions = makeQueries(QUERIES, { contents, needles }).map((query) => ({
    tenant: 1 + random(TENANTS),
    folded: fold(query),
  }));
  const layouts = openLayouts(world);
  const filled: string[][] = [];
  for (const layout of layouts) filled.push(await step(layout.name, fill(layout, documents)));
  const ms = layouts.map((): number[] => []);
  const perSecond = layouts.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [i, { indexOf }] of layouts.entries()) {
      const acts = questions.map(
        ({ tenant, folded }) =>
          () =>
            find(indexOf(tenant), tenant, folded),
      );
      const alone: number[] = [];
      for (const act of acts) alone.push(await timeOf(act));
      const together = await throughputOf(acts, AT_ONCE);
      // The first round warms up.
      if (round > 0) {
        ms[i]?.push(...alone);
        perSecond[i]?.push(together);
      }
    }
  }
  const rows = layouts.map(async ({ name, indexes }, i) => {
    const bytes = await bytesOf(world, filled[i] ?? []);
    const median = (perSecond[i] ?? []).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? NaN;
    const figures = {
      ...showTimings(ms[i] ?? []),
      [`searches/s by ${AT_ONCE}`]: Math.round(median),
      "bytes a message": Math.round(bytes / total),
    };
    await Promise.all(indexes.map((index) => index.stop()));
    return [name, figures] as const;
  });
  console.log(
    `  ${TENANTS} tenants of ${MESSAGES_PER_TENANT} messages, ${QUERIES} searches, ${ROUNDS} rounds`,
  );
  console.table(Object.fromEntries(await Promise.all(rows)));
  const node = world.stores.elasticsearch?.url ?? "";
  for (const name of filled.flat()) await fetch(`${node}/${name}`, { method: "DELETE" });
}
