/**
 * What all processes together have done, to be looked at live: each adds to one Redis hash once a second what it has
 * counted. The only code that knows these keys. Nobody waits for it, and with Redis away it goes on counting.
 */
import { v4 as uuid } from "uuid";
import { z } from "zod";
import type { Logger } from "./log.ts";
import { connectRedis } from "./redis.ts";
import type { RefuseUnsafe } from "./unsafe-stores.ts";

export const totalNames = [
  /** Messages that got a number and a 201. */
  "accepted",
  /** Messages that came into MySQL. */
  "stored",
  /** States of messages that were written to the search index. */
  "indexed",
  /** Frames that were sent to sockets. */
  "delivered",
  "requests",
  /** Of these, 4xx. */
  "refused",
  /** Of these, 5xx. */
  "failed",
] as const;
export type TotalName = (typeof totalNames)[number];
export type Totals = Record<TotalName, number>;
export type Count = (name: TotalName, by?: number) => void;

const reportMs = 1000;
const commandTimeoutMs = 1000;
/** What a process has said of its sockets is believed for so long. */
const believedMs = 5000;

/** One slot of a cluster. */
const keys = { totals: "{figures}:totals", sockets: "{figures}:sockets" };

/** Sets how many sockets the process ARGV[1] has, and forgets those that have said nothing for ARGV[3] ms. Gives the sum. */
const reportSockets = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[2] == '0' then redis.call('HDEL', KEYS[1], ARGV[1])
else redis.call('HSET', KEYS[1], ARGV[1], now .. ' ' .. ARGV[2]) end
local sum = 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local at, count = string.match(all[i + 1], '^(%d+) (%d+)$')
  if now - at > tonumber(ARGV[3]) then redis.call('HDEL', KEYS[1], all[i]) else sum = sum + count end
end
return sum`;
const Sum = z.coerce.number();

export type Figures = ReturnType<typeof connectFigures>;
type Options = { url: string; log: Logger; refuseUnsafe: RefuseUnsafe };

export function connectFigures(options: Options) {
  const { redis, isReady, stop } = connectRedis({ ...options, commandTimeoutMs });
  const process = uuid();
  let counted = new Map<TotalName, number>();
  let countSockets = (): number => 0;
  let told = 0;

  const tellSockets = async (count: number): Promise<number> =>
    Sum.parse(await redis.eval(reportSockets, 1, keys.sockets, process, count, believedMs));

  /** What Redis does not answer for is not added again: too little is better than twice. */
  async function report(): Promise<void> {
    if (!isReady()) return;
    const deltas = counted;
    counted = new Map();
    const adding = redis.multi();
    for (const [name, by] of deltas) adding.hincrby(keys.totals, name, by);
    if (deltas.size > 0) await adding.exec();
    const sockets = countSockets();
    if (sockets > 0 || told > 0) await tellSockets(sockets);
    told = sockets;
  }

  let reporting: Promise<void> = Promise.resolve();
  let isReporting = false;
  const tick = (): void => {
    if (isReporting) return;
    isReporting = true;
    reporting = report()
      .catch((err: unknown) => options.log.debug({ err }, "figures not told"))
      .finally(() => (isReporting = false));
  };
  const timer = setInterval(tick, reportMs);

  return {
    count: (name: TotalName, by = 1): void => {
      if (by > 0) counted.set(name, (counted.get(name) ?? 0) + by);
    },

    /** `count`: how many sockets are open here. */
    watchSockets(count: () => number): void {
      countSockets = count;
    },

    /** @throws Error when Redis does not answer */
    async read(): Promise<{ totals: Totals; sockets: number }> {
      if (!isReady()) throw new Error("Redis is out of reach, or not examined yet");
      const [totals, sockets] = await Promise.all([redis.hgetall(keys.totals), tellSockets(countSockets())]);
      const known = totalNames.map((name) => [name, Number(totals[name] ?? 0)] as const);
      return { totals: Object.fromEntries(known) as Totals, sockets };
    },

    stop: async (): Promise<void> => {
      clearInterval(timer);
      await reporting;
      await report().catch(() => undefined);
      await stop();
    },
  };
}
