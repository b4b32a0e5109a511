/** A world's search indexes as Elasticsearch has them, to be looked at and tampered with. */
import type { World } from "./world.ts";

export type Indexes = ReturnType<typeof createIndexes>;
export type IndexRow = { index_name: string; state: "building" | "live"; after_chat_id: number };
type Query = Record<string, unknown>;
type Document = Partial<Record<"chat" | "number" | "check" | "watermark", number | undefined>>;

export function createIndexes({ db, searchIndex: alias, stores: { urls } }: World) {
  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${urls.elasticsearch}/${path}`, {
      method,
      headers: { "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
  const namesAt = async (path: string): Promise<string[]> => Object.keys(await ask<object>("GET", path));

  return {
    /** Those of the alias, searched or not. */
    list: () => namesAt(`${alias}-*?filter_path=*.aliases`),
    live: async (): Promise<string> => (await namesAt(`_alias/${alias}`)).join(),
    /** What MySQL has of them. */
    rows: (): Promise<IndexRow[]> => db("search_indexes").orderBy("index_name"),

    async settings(index: string): Promise<Record<string, string>> {
      const found = await ask<Record<string, { settings: { index: Record<string, string> } }>>(
        "GET",
        `${index}/_settings`,
      );
      return found[index]?.settings.index ?? {};
    },

    async count(index: string, query: Query): Promise<number> {
      return (await ask<{ count: number }>("POST", `${index}/_count`, { query })).count;
    },

    async remove(index: string, query: Query): Promise<void> {
      await ask("POST", `${index}/_refresh`);
      await ask("POST", `${index}/_delete_by_query?refresh=true`, { query });
    },

    /** As it was never written; where documents of its chat are. */
    async put(index: string, id: string, document: Document): Promise<void> {
      const { application_id: routing } = await db("chats")
        .where({ id: document.chat ?? 0 })
        .first("application_id");
      await ask("PUT", `${index}/_doc/${id}?routing=${routing}&refresh=true`, document);
    },
  };
}

/** That of the next one of its alias. */
export const nameAfter = (name: string): string => name.replace(/\d+$/, (number) => `${Number(number) + 1}`);
