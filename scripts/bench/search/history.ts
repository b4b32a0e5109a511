/** The corpus in a Parley: sent through the API into the chats of one application, and read back from MySQL. */
import { fold } from "@parley/common/fold";
import { createPool, type RowDataPacket } from "mysql2/promise";
import { createClient } from "../../../spec/support/client.ts";
import { faultsOf, runLoad } from "../load.ts";
import { messagePath, post } from "../places.ts";
import type { Probe } from "../probe.ts";
import { mysqlUrl, type World } from "../world.ts";
import { makeCorpus } from "./corpus.ts";

const CHATS = 20;
const CONNECTIONS = 60;

export interface Message {
  chat: number;
  number: number;
  folded: string;
}

export interface History {
  token: string;
  chats: number[];
  contents: string[];
  needles: string[];
  /** As they are in MySQL. */
  messages: Message[];
}

interface Row extends RowDataPacket {
  chat: number;
  number: number;
  content: string;
}

async function readMessages(world: World, token: string): Promise<Message[]> {
  const pool = createPool({ uri: mysqlUrl(world.stores), connectionLimit: 1 });
  try {
    const [rows] = await pool.query<Row[]>(
      `SELECT c.number AS chat, m.number, m.content FROM applications a
       JOIN chats c ON c.application_id = a.id JOIN messages m ON m.chat_id = c.id WHERE a.token = ?`,
      [token],
    );
    return rows.map(({ chat, number, content }) => ({ chat, number, folded: fold(content) }));
  } finally {
    await pool.end();
  }
}

export async function makeHistory(world: World, probe: Probe, count: number): Promise<History> {
  const { url } = world.createService;
  const client = createClient(url);
  const { token } = await client.anApplication("Corpus");
  const chats: number[] = [];
  while (chats.length < CHATS) chats.push(await client.aChat(token));
  const { contents, needles } = makeCorpus(count);
  const requests = Array.from({ length: CONNECTIONS }, (_, connection) => {
    const path = messagePath({ token, chat: chats[connection % CHATS] ?? 1 });
    return contents.filter((_content, i) => i % CONNECTIONS === connection).map((text) => post(path, text));
  });
  const load = await runLoad({ url, connections: CONNECTIONS, requests, amount: count });
  await probe.untilEmpty();
  const stored = await probe.findStored([token]);
  const faults = faultsOf(load, 201);
  if (stored.rows !== count) faults.push(`${stored.rows} messages are stored`);
  if (faults.length > 0) throw new Error(`The corpus could not be made: ${faults.join(", ")}`);
  await probe.untilSearchable(stored);
  return { token, chats, contents, needles, messages: await readMessages(world, token) };
}
