/** Writes a demo application through the public API, each line by who says it. */
import {
  createKey,
  createParley,
  type Parley,
  type Place,
  type Role,
} from "../../services/client/src/index.ts";
import { password } from "./people.ts";
import type { DemoApplication, DemoChat, DemoConversation, DemoPerson, Line } from "./plan.ts";

type Person = { number: number; parley: Parley };
/** `server` speaks with the application's secret. */
type House = { server: Parley; people: Map<string, Person>; onLine: () => void };
export type Written = { token: string; secret: string };
export type WriteOptions = { url: string; operatorKey: string | undefined; onLine?: () => void };

/** Chats that are written at the same time; within each, one line comes after the other. */
const LANES = 8;
/** How much of a chat its members have read, the first of them all of it. */
const SHARES_READ = [1, 0.7, 0.95, 0.4];

export async function writeApplication(
  plan: DemoApplication,
  { url, operatorKey, onLine = () => {} }: WriteOptions,
): Promise<Written> {
  const operator = createParley({ url, ...(operatorKey && { secret: operatorKey }) });
  const key = createKey();
  const created = await operator.applications.create(plan.name, { key });
  const { application_token: token, application_secret: secret } = created;
  const server = createParley({ url, applicationToken: token, secret });
  const house: House = { server, people: new Map(), onLine };
  for (const person of plan.people) {
    house.people.set(person.username, await move(server, person, { url, token }));
  }
  const chats: { chat: DemoChat; number: number }[] = [];
  // One after the other, so that they are numbered as they are planned.
  for (const chat of plan.chats) chats.push({ chat, number: await openChat(house, chat) });
  await inLanes([
    ...chats.map(
      ({ chat, number }) =>
        () =>
          fillChat(house, chat, number),
    ),
    () => writeLines(house, plan.common, () => "common"),
    ...plan.conversations.map((one) => () => converse(house, one)),
  ]);
  if (!plan.guestAccess) await server.application.update({ guest_access: false });
  return { token, secret };
}

/** By the secret, which gives tokens without the work of a login. */
async function move(
  server: Parley,
  person: DemoPerson,
  { url, token }: { url: string; token: string },
): Promise<Person> {
  const { user_number: number } = await server.users.create({ ...person, password });
  const { access_token: accessToken, refresh_token: refreshToken } = await server.users.tokenFor(number);
  return { number, parley: createParley({ url, applicationToken: token, accessToken, refreshToken }) };
}

async function openChat(house: House, { name, isPrivate = false, members }: DemoChat): Promise<number> {
  const [owner, ...others] = members.map(roleOf);
  const { number, parley } = find(house, owner?.[0]);
  const { chat_number: chat } = await parley.chats.create({ name, isPrivate }, { key: createKey() });
  // Whoever creates an open chat is not its member by that.
  if (!isPrivate) await house.server.members.put(chat, number, "owner");
  for (const [username, role] of others) {
    await house.server.members.put(chat, find(house, username).number, role);
  }
  return chat;
}

const roleOf = (member: DemoChat["members"][number]): readonly [username: string, role?: Role] =>
  typeof member === "string" ? [member] : member;

async function fillChat(house: House, { members, lines }: DemoChat, chat: number): Promise<void> {
  const numbers = await writeLines(house, lines, () => chat);
  for (const [i, [username]] of members.map(roleOf).entries()) {
    const share = SHARES_READ[i % SHARES_READ.length] ?? 1;
    const upTo = numbers[Math.floor(numbers.length * share) - 1];
    if (upTo !== undefined) await find(house, username).parley.messages.read(chat, upTo);
  }
}

/** The last line is still unread by the other. */
async function converse(house: House, { between: [one, other], lines }: DemoConversation): Promise<void> {
  const placeOf = (by: string): Place => ({ user: find(house, by === one ? other : one).number });
  const numbers = await writeLines(house, lines, placeOf);
  const [last, before] = [lines.at(-1)?.[0], numbers.at(-2)];
  for (const username of [one, other]) {
    const upTo = username === last ? numbers.at(-1) : before;
    if (upTo !== undefined) await find(house, username).parley.messages.read(placeOf(username), upTo);
  }
}

async function writeLines(
  house: House,
  lines: readonly Line[],
  placeOf: (by: string) => Place,
): Promise<number[]> {
  const numbers: number[] = [];
  for (const [by, text] of lines) {
    const { messages } = find(house, by).parley;
    const sent = await messages.send(placeOf(by), text, { key: createKey() });
    numbers.push(sent.message_number);
    house.onLine();
  }
  for (const [i, [by, , later]] of lines.entries()) {
    const number = numbers[i];
    if (later === undefined || number === undefined) continue;
    const { messages } = find(house, by).parley;
    if (later === "deleted") await messages.delete(placeOf(by), number);
    else await messages.edit(placeOf(by), number, later.edited);
  }
  return numbers;
}

function find({ people }: House, username: string | undefined): Person {
  const person = people.get(username ?? "");
  if (!person) throw new Error(`nobody is called ${username}`);
  return person;
}

async function inLanes(tasks: readonly (() => Promise<unknown>)[]): Promise<void> {
  const waiting = [...tasks];
  const lane = async (): Promise<void> => {
    for (let task = waiting.shift(); task; task = waiting.shift()) await task();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
