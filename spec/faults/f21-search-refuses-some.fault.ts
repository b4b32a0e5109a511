/** Elasticsearch can never take some of a batch: the others are indexed, and the log says which and why. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@elastic/elasticsearch";
import { expect } from "@jest/globals";
import type { World } from "../support/world.ts";
import { describeFailures, isLate } from "./requests.ts";
import { runRow } from "./run-row.ts";

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
    await client.indices.putSettings({ index: world.searchIndex, settings: { default_pipeline: pipeline } });
  } finally {
    await client.close();
  }
}

/** A refusal begins with the chat's id and the number; as the checker names the place. */
async function refusedPlaces({ db }: World, refused: readonly string[]): Promise<Set<string>> {
  const chats: { id: number; token: string; number: number }[] = await db("chats as c")
    .join("applications as a", "a.id", "c.application_id")
    .select("c.id", "a.token", "c.number");
  const parents = new Map(chats.map(({ id, token, number }) => [String(id), `${token}:${number}`]));
  return new Set(
    refused.map((refusal) => {
      const [chat = "", number] = refusal.split(":");
      return `${parents.get(chat)}#${number}`;
    }),
  );
}

runRow({
  id: "F21",
  title: "Elasticsearch can never index some messages",
  world: { own: ["elasticsearch"] },
  fault: ({ world }) => useOn(world, "misfits"),
  heal: ({ world }) => useOn(world, "_none"),
  allowed: { search: "what the index refused for good is not in it; the row looks at it itself" },
  async expectations({ world, verdict, failures }) {
    const log = readFileSync(join(world.dataFolder, "logs", "read-service.log"), "utf8");
    const refusals = log.split("\n").filter((line) => line.includes("message cannot be indexed"));
    const refused = refusals.flatMap((line) => (JSON.parse(line) as { refused: string[] }).refused);
    expect(refused.length).toBeGreaterThan(0);
    for (const one of refused) expect(one).toMatch(/^\d+:\d+: .*integer/);
    // Everything else is there: what is missing or old was refused.
    expect(verdict.wrongs.search.length).toBeGreaterThan(0);
    const places = await refusedPlaces(world, refused);
    expect(verdict.wrongs.search.filter((wrong) => !places.has(wrong.split(" ", 1)[0] ?? ""))).toEqual([]);
    expect(describeFailures(failures.filter((one) => !isLate(one)))).toEqual([]);
  },
});
