/**
 * What processes tell each other at once and keep nowhere, on one Redis channel for each application: whoever has sockets of
 * it listens. A notice may be lost with a connection, so its listeners look for themselves whenever they have a new one.
 */
import type { Redis } from "ioredis";
import { z } from "zod";
import { Fact } from "./fact.ts";
import type { Logger } from "./log.ts";
import { problem } from "./problem.ts";
import { Sender } from "./records.ts";
import { connectSubscriber } from "./redis.ts";

/** As chat-number.ts has it. */
const chat = z.int();

export const Notice = z.discriminatedUnion("type", [
  /** These facts may have changed. */
  z.object({ type: z.literal("facts"), facts: z.array(Fact) }),
  /** How far a user has read. */
  z.object({ type: z.literal("read"), chat, user: Sender, messageNumber: z.int().positive() }),
  z.object({ type: z.literal("typing"), chat, user: Sender }),
  z.object({ type: z.literal("presence"), chat, user: Sender, status: z.enum(["online", "offline"]) }),
]);
export type Notice = z.infer<typeof Notice>;
export type Live = ReturnType<typeof connectLive>;

const prefix = "live:";
const channelOf = (token: string): string => `${prefix}{${token}}`;
const tokenOf = (channel: string): string => channel.slice(prefix.length + 1, -1);

export async function publishNotice(redis: Redis, token: string, notice: Notice): Promise<void> {
  await redis.publish(channelOf(token), JSON.stringify(notice));
}

type Options = {
  url: string;
  log: Logger;
  onNotice: (token: string, notice: Notice) => void;
  /** Notices may have been missed. */
  onReconnected: () => void;
};

export function connectLive({ url, log, onNotice, onReconnected }: Options) {
  function onMessage(channel: string, text: string): void {
    try {
      onNotice(tokenOf(channel), Notice.parse(JSON.parse(text)));
    } catch (err) {
      log.warn({ err }, "notice cannot be read");
    }
  }
  const { redis, isReady, stop } = connectSubscriber({ url, log, onMessage, onReconnected });
  return {
    /**
     * Resolves once nothing is missed. While Redis is away nothing is told; onReconnected is called when it is back.
     * @throws Problem unavailable
     */
    async subscribe(token: string): Promise<void> {
      const subscribed = redis.subscribe(channelOf(token)).catch((cause: unknown) => {
        throw problem("unavailable", "Nothing can be listened to right now.", { cause });
      });
      if (isReady()) await subscribed;
      else subscribed.catch(() => undefined);
    },

    async unsubscribe(token: string): Promise<void> {
      await redis.unsubscribe(channelOf(token)).catch(() => undefined);
    },

    isConnected: isReady,
    stop,
  };
}
