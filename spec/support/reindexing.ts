/** Enough chats that making a search index has a middle, and a reindex that stands still there. */
import type { Knex } from "knex";
import { v4 as uuid } from "uuid";
import type { Indexes } from "./indexes.ts";
import { isFrozen } from "./frozen.ts";
import { startScript, type ScriptResult } from "./scripts.ts";
import { startTcpProxy, through } from "./tcp-proxy.ts";
import { waitUntil } from "./wait-until.ts";
import type { World } from "./world.ts";
import { upTo } from "./writers.ts";

/** Each answer of Elasticsearch comes so much later: a page of chats then takes seconds. */
const delayMs = 15;

export type HeldReindex = Awaited<ReturnType<typeof holdReindex>>;

/** An application that was stored long ago, of which neither the ledger nor the index knows; gives its token. */
export async function insertManyChats(
  db: Knex,
  { chats, messages }: { chats: number; messages: number },
): Promise<string> {
  const token = uuid();
  const at = { created_at: new Date(), updated_at: new Date() };
  const [id] = await db("applications").insert({ token, name: "Spec", chats_count: chats, ...at });
  await db("chats").insert(
    upTo(chats).map((number) => ({
      application_id: id,
      number,
      uid: uuid(),
      messages_count: messages,
      last_change: messages,
      ...at,
    })),
  );
  await db.raw(
    `INSERT INTO messages (chat_id, number, change_number, content, created_at, uid)
     SELECT c.id, n.number, n.number, CONCAT('stored ', n.number), c.created_at, UUID()
     FROM chats c JOIN chats n ON n.application_id = c.application_id AND n.number <= ?
     WHERE c.application_id = ?`,
    [messages, id ?? 0],
  );
  return token;
}

/** Runs `reindex.ts` until it has copied some chats and stops it there; for seconds only, or MySQL closes its connection. */
export async function holdReindex(world: World, indexes: Indexes) {
  const { elasticsearch = "" } = world.stores.urls;
  const proxy = await startTcpProxy(Number(new URL(elasticsearch).port));
  proxy.delay(delayMs);
  const env = { ...world.env, ELASTICSEARCH_URL: through(elasticsearch, proxy) };
  const { process, result } = startScript("reindex.ts", [], env);
  const ended = result.then(async (ran) => {
    await proxy.stop();
    return ran;
  });
  try {
    const building = await waitUntil(async () => {
      const row = (await indexes.rows()).find(({ state }) => state === "building");
      return row && row.after_chat_id > 0 && row;
    }, 60_000);
    process.kill("SIGSTOP");
    await waitUntil(() => isFrozen(process.pid ?? 0));
    return {
      name: building.index_name,
      /** The id of a chat, at least. */
      copiedThrough: building.after_chat_id,
      goOn(): Promise<ScriptResult> {
        proxy.heal();
        process.kill("SIGCONT");
        return ended;
      },
      /** Until others can begin. */
      async kill(): Promise<void> {
        process.kill("SIGKILL");
        await ended;
        await waitUntil(async () => {
          const lock = "SELECT IS_FREE_LOCK(CONCAT(DATABASE(), '.parley-rebuild-search')) AS free";
          const [[row]] = (await world.db.raw(lock)) as [{ free: number }[]];
          return row?.free === 1;
        });
      },
    };
  } catch (err) {
    process.kill("SIGKILL");
    await ended;
    throw err;
  }
}
