/** Which users are in a chat now, over all processes: in Redis, where each entry expires unless its process renews it. */
import { performance } from "node:perf_hooks";
import type { Access } from "@parley/common/access";
import type { Logger } from "@parley/common/log";
import type { connectRedis } from "@parley/common/redis";
import type { Sender } from "@parley/common/records";
import { senderOf } from "@parley/common/senders";
import { v4 as uuid } from "uuid";
import { z } from "zod";
import type { Connection } from "./connection.ts";

type Place = { token: string; chat: number };
export type Presence = ReturnType<typeof createPresence>;

const expiryMs = 150_000;
export const renewMs = 60_000;
/** Who comes back within that time was never away. */
const graceMs = 3000;
/** Of a chat no more are listed. */
const listed = 200;

const keyOf = ({ token, chat }: Place): string => `presence:{${token}}:${chat}`;

/** KEYS[1] lists users by when they expire; beside it each user has a list of processes. Gives 1 if the user was not there. */
const come = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local expiry = now + ARGV[3]
local own = KEYS[1] .. ':' .. ARGV[1]
redis.call('ZADD', own, expiry, ARGV[2])
redis.call('PEXPIRE', own, ARGV[3])
local before = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], expiry, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return (not before or tonumber(before) < now) and 1 or 0`;
/** Gives 1 if no process has the user any more. */
const leave = `
local time = redis.call('TIME')
local own = KEYS[1] .. ':' .. ARGV[1]
redis.call('ZREM', own, ARGV[2])
redis.call('ZREMRANGEBYSCORE', own, '-inf', time[1] * 1000)
if redis.call('ZCARD', own) > 0 then return 0 end
return redis.call('ZREM', KEYS[1], ARGV[1])`;
/** Takes out whom no process renews, and gives them. */
const reap = `
local time = redis.call('TIME')
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', time[1] * 1000)
for _, user in ipairs(gone) do redis.call('ZREM', KEYS[1], user) end
return gone`;
/** Gives some of those who are there. */
const list = `
local time = redis.call('TIME')
return redis.call('ZRANGEBYSCORE', KEYS[1], time[1] * 1000, '+inf', 'LIMIT', 0, ARGV[1])`;
const Numbers = z.array(z.coerce.number());

type Dependencies = {
  redis: Pick<ReturnType<typeof connectRedis>["redis"], "eval">;
  tell: Access["tell"];
  isOn: boolean;
  log: Logger;
};
/** A user in a chat, with the sockets by which it is there. */
type Entry = Place & { user: Sender; connections: Set<Connection>; renewedAt: number };

export function createPresence({ redis, tell, isOn, log }: Dependencies) {
  const process = uuid();
  const entries = new Map<string, Entry>();
  function unlessAway(err: unknown): undefined {
    log.debug({ err }, "presence not kept");
  }

  function entryKeyOf(connection: Connection, place: Place): string | undefined {
    const { caller } = connection.identity ?? {};
    return isOn && caller?.kind === "user" ? `${keyOf(place)}:${caller.user.number}` : undefined;
  }

  const run = (script: string, place: Place, ...args: (string | number)[]): Promise<unknown> =>
    redis.eval(script, 1, keyOf(place), ...args);

  async function renew(entry: Entry): Promise<void> {
    entry.renewedAt = performance.now();
    const { token, chat, user } = entry;
    const isNew = await run(come, entry, user.number, process, expiryMs);
    if (isNew === 1) await tell(token, { type: "presence", chat, user, status: "online" });
  }

  async function goneFor(key: string, entry: Entry): Promise<void> {
    // It may have come back, or gone already and come back anew.
    if (entry.connections.size > 0 || entries.get(key) !== entry) return;
    entries.delete(key);
    const { token, chat, user } = entry;
    const isGone = await run(leave, entry, user.number, process);
    if (isGone === 1) await tell(token, { type: "presence", chat, user, status: "offline" });
  }

  async function reapIn({ token, chat }: Place): Promise<void> {
    for (const number of Numbers.parse(await run(reap, { token, chat }))) {
      await tell(token, { type: "presence", chat, user: { number }, status: "offline" });
    }
  }

  return {
    /** Gives the numbers of those who are there, and of the one who comes. */
    async enter(connection: Connection, { token, chat }: Place): Promise<number[]> {
      if (!isOn) return [];
      const place = { token, chat };
      const key = entryKeyOf(connection, place);
      const { caller } = connection.identity ?? {};
      if (key !== undefined && caller?.kind === "user") {
        const fresh = {
          ...place,
          user: senderOf(caller.user),
          connections: new Set<Connection>(),
          renewedAt: 0,
        };
        const entry = entries.get(key) ?? fresh;
        entries.set(key, entry);
        const isFirst = entry.connections.size === 0;
        entry.connections.add(connection);
        if (isFirst) await renew(entry).catch(unlessAway);
      }
      const there = await run(list, place, listed).catch(unlessAway);
      return there === undefined ? [] : Numbers.parse(there);
    },

    leave(connection: Connection, place: Place): void {
      const key = entryKeyOf(connection, place);
      const entry = key === undefined ? undefined : entries.get(key);
      if (key === undefined || !entry?.connections.delete(connection) || entry.connections.size > 0) return;
      setTimeout(() => void goneFor(key, entry).catch(unlessAway), graceMs).unref();
    },

    /** To be called now and then: renews what is due, and tells of those whose process has died. */
    async tick(now: number): Promise<void> {
      const due = [...entries.values()].filter(({ renewedAt }) => now - renewedAt > renewMs);
      const places = new Map(due.map((entry) => [keyOf(entry), entry]));
      for (const entry of due) await renew(entry).catch(unlessAway);
      for (const place of places.values()) await reapIn(place).catch(unlessAway);
    },

    /** Nobody is here any more: for a stop. */
    async leaveAll(): Promise<void> {
      const all = [...entries];
      for (const [, entry] of all) entry.connections.clear();
      await Promise.all(all.map(([key, entry]) => goneFor(key, entry).catch(unlessAway)));
    },
  };
}
