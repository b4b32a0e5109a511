/** A chat of 100,000 messages with planted parts of words, made through the API, so that it is what the product makes. */
import { createClient } from "../../spec/support/client.ts";
import { step } from "../progress.ts";
import { faultsOf, runLoad } from "./load.ts";
import { messagePath, post } from "./places.ts";
import type { Probe } from "./probe.ts";
import { createRandom, makeNeedles, sentence } from "./text.ts";
import type { World } from "./world.ts";

export const MESSAGES = 100_000;
export const HITS_PER_NEEDLE = 20;
const CONNECTIONS = 50;
const NEEDLES = 100;
const PLANTED_EVERY = MESSAGES / (NEEDLES * HITS_PER_NEEDLE);

export interface History {
  token: string;
  chat: number;
  /** In MySQL. */
  chatId: number;
  applicationId: number;
  needles: string[];
}

function makeContents(needles: readonly string[]): string[] {
  const random = createRandom(4);
  return Array.from({ length: MESSAGES }, (_, i) => {
    const text = sentence(random);
    if (i % PLANTED_EVERY !== 0) return text;
    // No syllable has an x: the word holds this needle and no other.
    return `${text} x${needles[(i / PLANTED_EVERY) % NEEDLES]}x`;
  });
}

async function makeHistory(world: World, probe: Probe): Promise<History> {
  const url = world.createService.url;
  const client = createClient(url);
  const { token } = await client.anApplication("History");
  const chat = await client.aChat(token);
  const needles = makeNeedles(NEEDLES);
  const contents = makeContents(needles);
  const path = messagePath({ token, chat });
  const requests = Array.from({ length: CONNECTIONS }, (_, connection) =>
    contents.filter((_content, i) => i % CONNECTIONS === connection).map((content) => post(path, content)),
  );
  const load = await runLoad({ url, connections: CONNECTIONS, requests, amount: MESSAGES });
  await probe.untilEmpty();
  const stored = await probe.findStored([token]);
  const faults = faultsOf(load, 201);
  if (stored.rows !== MESSAGES) faults.push(`${stored.rows} messages are stored`);
  if (faults.length > 0) throw new Error(`The history could not be made: ${faults.join(", ")}`);
  await probe.untilSearchable(stored);
  const [chatId = 0] = stored.chatIds;
  const [applicationId = 0] = stored.applicationIds;
  return { token, chat, chatId, applicationId, needles };
}

/** The same history for all who ask. */
export function createHistory(world: World, probe: Probe): () => Promise<History> {
  let made: Promise<History> | undefined;
  return () => (made ??= step("100,000 messages", makeHistory(world, probe)));
}
