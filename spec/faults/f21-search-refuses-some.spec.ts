/** Elasticsearch can never take some of a batch: the others are indexed, these are noted with the reason, and still found. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@elastic/elasticsearch";
import { expect } from "@jest/globals";
import { runScript } from "../support/scripts.ts";
import { waitUntil } from "../support/wait-until.ts";
import type { World } from "../support/world.ts";
import { describeFailures, isLate } from "./requests.ts";
import { isLong } from "./durations.ts";
import { runRow, type Scene } from "./run-row.ts";

const stillPolls = 4;

/** A field that is to be a number and is none, in what some writers send. */
const misfit = {
  convert: {
    field: "text",
    type: "integer" as const,
    if: "ctx.text != null && ctx.text.contains('writer 11')",
  },
};

async function useOn(world: World, pipeline: string): Promise<void> {
  const client = new Client({ node: world.stores.urls.elasticsearch ?? "" });
  try {
    if (pipeline !== "_none") await client.ingest.putPipeline({ id: pipeline, processors: [misfit] });
    await waitUntil(() => client.indices.existsAlias({ name: world.searchIndex }), 60_000);
    await client.indices.putSettings({ index: world.searchIndex, settings: { default_pipeline: pipeline } });
  } finally {
    await client.close();
  }
}

type Refused = {
  token: string;
  chat: number;
  number: number;
  reason: string;
  content: string;
  state: string;
};

const listRefused = ({ db }: World): Promise<Refused[]> =>
  db("search_refusals as r")
    .join("chats as c", "c.id", "r.chat_id")
    .join("applications as a", "a.id", "c.application_id")
    .join("messages as m", (on) => void on.on("m.chat_id", "r.chat_id").on("m.number", "r.number"))
    .select("a.token", "r.number", "r.reason", "m.content", "m.state", { chat: "c.number" });

/** What is refused is read from MySQL, by both addresses. */
async function expectFound({ world, ask }: Scene): Promise<void> {
  const refused = (await listRefused(world)).filter(({ state }) => state !== "deleted").slice(0, 10);
  for (const { token, chat, number, content, reason } of refused) {
    expect(reason).toMatch(/integer/);
    expect(reason).not.toContain("writer 11");
    const q = encodeURIComponent(content);
    for (const place of [`/${token}/chats/${chat}`, `/${token}`]) {
      const { status, text } = await ask("GET", `${place}/search?q=${q}`);
      const hits = status === 200 ? (JSON.parse(text) as { number: number }[]) : [];
      expect([place, status, hits.map((hit) => hit.number)]).toEqual([place, 200, [number]]);
    }
  }
}

/** Indexes what was refused, until none of that is under way any more. */
async function replay(world: World): Promise<void> {
  let still = 0;
  await waitUntil(async () => {
    const { code } = await runScript("parked.ts", ["--replay"], world.env);
    still = code === 0 && (await listRefused(world)).length === 0 ? still + 1 : 0;
    return still >= stillPolls;
  }, 90_000);
}

runRow({
  id: "F21",
  title: "Elasticsearch can never index some messages",
  world: { own: ["elasticsearch"] },
  // What is refused is to be indexed again in a moment.
  load: isLong ? {} : { writers: 12 },
  fault: ({ world }) => useOn(world, "misfits"),
  async heal(scene) {
    const { world } = scene;
    await waitUntil(async () => (await listRefused(world)).length > 0, 30_000);
    await expectFound(scene);
    const { code, output } = await runScript("parked.ts", ["--replay"], world.env);
    expect([code, output]).toEqual([1, expect.stringMatching(/still refused: .*integer/)]);
    await useOn(world, "_none");
    await replay(world);
  },
  expectations({ world, failures }) {
    const log = readFileSync(join(world.dataFolder, "logs", "read-service.log"), "utf8");
    expect(log).toMatch(/"refused":\{"chatId":\d+,.*message cannot be indexed/);
    expect(log).not.toContain("writer 11");
    expect(describeFailures(failures.filter((one) => !isLate(one)))).toEqual([]);
  },
});
