/** The life of indexes: one is made, filled, and then searched under the alias, in place of the one before. */
import { errors, type Client } from "@elastic/elasticsearch";
import { writeAliasOf } from "./documents.ts";
import { mappings, settings } from "./mapping.ts";

const timeoutMs = 60_000;

export type IndexSettings = { shards: number; replicas: number; refreshMs: number };
type Dependencies = { client: Client; alias: string } & IndexSettings;

const isMissing = (err: unknown): boolean => err instanceof errors.ResponseError && err.statusCode === 404;

export function createIndexes({ client, alias, shards, replicas, refreshMs }: Dependencies) {
  const slow = { requestTimeout: timeoutMs };

  const isOwn = (name: string): boolean =>
    name.startsWith(`${alias}-`) && /^\d+$/.test(name.slice(alias.length + 1));

  /** Every index of this alias, whether it is searched or not. */
  async function list(): Promise<string[]> {
    const found = await client.indices.get({ index: `${alias}-*`, filter_path: ["*.aliases"] }, slow);
    return Object.keys(found).filter(isOwn);
  }

  async function findCurrent(): Promise<string | undefined> {
    try {
      return Object.keys(await client.indices.getAlias({ name: alias }, slow))[0];
    } catch (err) {
      if (isMissing(err)) return undefined;
      throw err;
    }
  }

  return {
    /** The one that is searched. */
    findCurrent,

    /** Whether it was made for this alias. */
    isOwn,

    has: (name: string): Promise<boolean> => client.indices.exists({ index: name }, slow),

    /** @param known names that were given before, also of indexes that are lost */
    async create(known: readonly string[]): Promise<string> {
      const names = [...known.filter(isOwn), ...(await list())];
      const numbers = names.map((name) => Number(name.slice(alias.length + 1)));
      const name = `${alias}-${Math.max(0, ...numbers) + 1}`;
      await client.indices.create(
        {
          index: name,
          aliases: { [writeAliasOf(name)]: {} },
          // Until it is full nobody looks at it.
          settings: { ...settings, number_of_shards: shards, number_of_replicas: 0, refresh_interval: -1 },
          mappings,
        },
        slow,
      );
      return name;
    },

    /** All but the one that is searched and the one that is being made. Only now: their names are not given again. */
    async removeGivenUp(building: string): Promise<void> {
      const kept = [building, await findCurrent()];
      for (const index of await list()) {
        if (!kept.includes(index)) await client.indices.delete({ index }, slow);
      }
    },

    /** Shows what was written so far. */
    refresh: (name: string): Promise<unknown> => client.indices.refresh({ index: name }, slow),

    /** From now on searches ask this one; the others go. */
    async switchTo(name: string): Promise<void> {
      const refresh = { refresh_interval: `${refreshMs}ms`, number_of_replicas: replicas };
      await client.indices.putSettings({ index: name, settings: refresh }, slow);
      const others = (await list()).filter((other) => other !== name);
      await client.indices.updateAliases(
        {
          actions: [
            { add: { index: name, alias } },
            ...others.map((other) => ({ remove_index: { index: other } })),
          ],
        },
        slow,
      );
    },
  };
}
