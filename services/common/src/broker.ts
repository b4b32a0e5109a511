/** RabbitMQ: confirmed publishing, and consuming in order. With topology.ts the only code that knows amqplib. */
import { setTimeout as pause } from "node:timers/promises";
import { connect, type Channel, type ConfirmChannel, type ConsumeMessage } from "amqplib";
import { v4 as uuid } from "uuid";
import type { Logger } from "./log.ts";
import { problem, unconfirmed } from "./problem.ts";
import {
  epochKey,
  exchangeDeclarations,
  exchanges,
  listDeclarations,
  recordsQueue,
  type Declaration,
} from "./topology.ts";
import type { RefuseUnsafe } from "./unsafe-stores.ts";

const confirmTimeoutMs = 3000;
/** After which a channel that gives no confirms is given up: what is not confirmed on it never will be. */
const stalledTimeoutMs = 5000;
const administerTimeoutMs = 5000;
const longestBackoffMs = 2000;
/** A start does not wait longer for a broker that neither answers nor refuses. */
const answerMs = 3000;

type Publication = { exchange: string; routingKey: string; body: string; mandatory: boolean };
/** `redelivered`: it was given to another channel before, which may not have finished it. */
export type Delivery = { body: Buffer; redelivered: boolean };
type Consumption = {
  queue: string;
  prefetch: number;
  /** How long to gather after the first delivery; what arrives meanwhile is handled together. */
  gatherMs: number;
  /** Resolves when all are done with. A rejection closes the channel: they come again, in order. */
  handle: (deliveries: Delivery[]) => Promise<void>;
};
type Subscription = {
  exchange: string;
  /** How many messages wait at most. */
  longest: number;
  handle: (body: Buffer) => void;
  onOpened: () => void;
};
type Options = { url: string; log: Logger; refuseUnsafe: RefuseUnsafe };
export type QueueMeasure = { name: string; messages?: number; consumers?: number };
export type Broker = Awaited<ReturnType<typeof connectBroker>>;

/**
 * Connects and goes on reconnecting. Publishing has a connection of its own, so that an alarm that stops publishers
 * does not stop consumers. Without `noDelay` every publish waits some 45 ms for Nagle's algorithm.
 */
export async function connectBroker({ url, log, refuseUnsafe }: Options) {
  const address = new URL(url);
  // Seconds after which a silently cut connection is noticed, twice.
  address.searchParams.set("heartbeat", "10");
  const open = (purpose: string) =>
    connect(address.href, {
      noDelay: true,
      timeout: 5000,
      clientProperties: { connection_name: `parley ${purpose}` },
      recovery: { initialDelay: 100, maxDelay: longestBackoffMs, waitForConnect: false },
    });
  const [publishing, consuming] = await Promise.all([open("publish"), open("consume")]);
  for (const connection of [publishing, consuming]) {
    connection.on("error", (err: Error) => log.debug({ err }, "rabbitmq connection failed"));
    connection.on("connect-failed", (err: Error) => log.debug({ err }, "rabbitmq is out of reach"));
  }

  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  publishing.once("connect-failed", () => answer());
  setTimeout(() => answer(), answerMs).unref();

  let stopping = false;
  let blocked = false;
  /** A confirm did not come in time: what is published now would only wait behind it. */
  let stalled = false;
  let channel: ConfirmChannel | undefined;
  const returned = new Set<string>();
  publishing.on("blocked", () => (blocked = true)).on("unblocked", () => (blocked = false));
  publishing.on("disconnect", () => (blocked = false));

  /** Runs `use` on a fresh channel until that closes, again and again; a failure is followed by a growing pause. */
  async function keepChannel<C extends Channel>(
    openChannel: () => Promise<C>,
    use: (channel: C) => Promise<void>,
    isOver: () => boolean,
  ): Promise<void> {
    for (let backoffMs = 50; !isOver(); backoffMs = Math.min(backoffMs * 2, longestBackoffMs)) {
      try {
        const fresh = await openChannel();
        const closed = new Promise<void>((resolve) => fresh.once("close", resolve));
        fresh.on("error", (err) => log.warn({ err }, "rabbitmq channel failed, will open another"));
        await use(fresh).catch((err: unknown) => {
          closeQuietly(fresh);
          throw err;
        });
        backoffMs = 50;
        await closed;
      } catch (err) {
        log.debug({ err }, "rabbitmq channel could not be used");
      }
      if (!isOver()) await pause(backoffMs);
    }
  }

  async function declareAll(openChannel: () => Promise<Channel>, all: readonly Declaration[]): Promise<void> {
    const faults: string[] = [];
    let own: Channel | undefined;
    for (const declaration of all) {
      try {
        own ??= (await openChannel()).on("error", (err) => log.debug({ err }, "rabbitmq declared nothing"));
        await declaration.declare(own);
      } catch (err) {
        if (!isDeclaredOtherwise(err)) throw err;
        own = undefined;
        faults.push(describeFault(declaration, err));
      }
    }
    await own?.close();
    refuseUnsafe(faults);
  }

  const publisher = keepChannel(
    () => publishing.createConfirmChannel(),
    async (fresh) => {
      await declareAll(() => publishing.createChannel(), exchangeDeclarations);
      returned.clear();
      stalled = false;
      fresh.on("return", (message) => returned.add(String(message.properties.messageId)));
      fresh.once("close", () => (channel = undefined));
      channel = fresh;
      answer();
    },
    () => stopping,
  );

  function onStall(current: ConfirmChannel): void {
    if (stalled) return;
    stalled = true;
    setTimeout(() => {
      if (stalled && channel === current) closeQuietly(current);
    }, stalledTimeoutMs).unref();
  }

  /** @throws Problem unavailable when nothing can be published now */
  function readyChannel(): ConfirmChannel {
    if (!channel || blocked || stalled) {
      throw problem("unavailable", "The message broker takes nothing right now.");
    }
    return channel;
  }

  /**
   * Resolves once the broker has written the message down; a mandatory one also to a queue.
   * @throws Problem unavailable; or unconfirmed, when the message may or may not be there
   */
  async function publish({ exchange, routingKey, body, mandatory }: Publication): Promise<void> {
    const current = readyChannel();
    const messageId = uuid();
    await new Promise<void>((resolve, reject) => {
      const fail = (reason: string, cause?: unknown): void => reject(unconfirmed(cause ?? new Error(reason)));
      const timer = setTimeout(() => {
        if (current === channel) onStall(current);
        fail("no confirm in time");
      }, confirmTimeoutMs);
      const options = { persistent: true, mandatory, messageId, contentType: "application/json" };
      try {
        current.publish(exchange, routingKey, Buffer.from(body), options, (err: unknown) => {
          clearTimeout(timer);
          if (current === channel) stalled = false;
          // A return always comes before its confirm.
          if (err) fail("refused", err);
          else if (returned.delete(messageId)) fail(unroutable);
          else resolve();
        });
      } catch (err) {
        clearTimeout(timer);
        fail("the channel is closing", err);
      }
    });
  }

  /** Consumes in order on one channel. Returns its stop, which lets the deliveries under way finish. */
  function consume({ queue, prefetch, gatherMs, handle }: Consumption): () => Promise<void> {
    let stopped = false;
    let current: Channel | undefined;
    let working: Promise<void> = Promise.resolve();

    async function work(own: Channel, waiting: ConsumeMessage[]): Promise<void> {
      while (waiting.length > 0 && current === own && !stopped) {
        if (gatherMs > 0) await pause(gatherMs);
        const messages = waiting.splice(0);
        const last = messages.at(-1);
        if (!last || current !== own) return;
        await handle(messages.map((m) => ({ body: m.content, redelivered: m.fields.redelivered })));
        if (current === own) own.ack(last, true);
      }
    }

    async function use(own: Channel): Promise<void> {
      current = own;
      own.once("close", () => (current = undefined));
      let busy = false;
      const waiting: ConsumeMessage[] = [];
      const close = (): void => void own.close().catch(() => undefined);
      await own.prefetch(prefetch);
      await own.consume(queue, (message) => {
        if (message === null) return close(); // the queue was deleted or its leader lost
        waiting.push(message);
        if (busy) return;
        busy = true;
        working = work(own, waiting)
          .catch((err: unknown) => {
            log.warn({ err, queue }, "deliveries could not be handled, will come again");
            return pause(500).then(close);
          })
          .finally(() => (busy = false));
      });
    }

    void keepChannel(
      () => consuming.createChannel(),
      use,
      () => stopping || stopped,
    );
    return async () => {
      stopped = true;
      await working;
      const last = current;
      current = undefined;
      await last?.close().catch(() => undefined);
    };
  }

  /** @throws Problem unavailable: without a limit it would wait for as long as the broker is away */
  async function openInTime(): Promise<Channel> {
    const opening = consuming.createChannel();
    const opened = new AbortController();
    const late = pause(administerTimeoutMs, undefined, { signal: opened.signal }).then(
      () => {
        opening.then(closeQuietly, () => undefined);
        throw problem("unavailable", "The message broker does not answer.");
      },
      () => opening,
    );
    return Promise.race([opening, late]).finally(() => opened.abort());
  }

  /**
   * Listens to an exchange on a queue that is this connection's alone, gone with it, and drops its oldest messages when it is
   * full: who listens slowly must not hold up who publishes. `onOpened`: messages may have been missed until now.
   */
  function subscribe({ exchange, longest, handle, onOpened }: Subscription) {
    const keys = new Set<string>();
    let stopped = false;
    let current: { channel: Channel; queue: string } | undefined;

    function handleQuietly(body: Buffer): void {
      try {
        handle(body);
      } catch (err) {
        log.warn({ err, exchange }, "message cannot be read");
      }
    }

    async function use(own: Channel): Promise<void> {
      own.once("close", () => (current = undefined));
      const { queue } = await own.assertQueue("", {
        exclusive: true,
        durable: false,
        arguments: { "x-max-length": longest, "x-overflow": "drop-head" },
      });
      await own.consume(
        queue,
        (message) => {
          if (message) handleQuietly(message.content);
          else closeQuietly(own);
        },
        { noAck: true },
      );
      current = { channel: own, queue };
      for (const key of keys) await own.bindQueue(queue, exchange, key);
      onOpened();
    }

    void keepChannel(
      () => consuming.createChannel(),
      use,
      () => stopping || stopped,
    );
    return {
      isOpen: (): boolean => current !== undefined,

      /** Once it resolves nothing is missed; without a channel, onOpened is called when there is one. */
      async bind(key: string): Promise<void> {
        keys.add(key);
        await current?.channel.bindQueue(current.queue, exchange, key).catch(() => undefined);
      },

      async unbind(key: string): Promise<void> {
        keys.delete(key);
        await current?.channel.unbindQueue(current.queue, exchange, key).catch(() => undefined);
      },

      async stop(): Promise<void> {
        stopped = true;
        await current?.channel.close().catch(() => undefined);
      },
    };
  }

  /** Runs administrative commands on a channel of their own. */
  async function administer<T>(act: (channel: Channel) => Promise<T>): Promise<T> {
    const own = await openInTime();
    own.on("error", (err) => {
      if (!isMissing(err)) log.warn({ err }, "rabbitmq refused an administrative command");
    });
    try {
      return await act(own);
    } finally {
      await own.close().catch(() => undefined);
    }
  }

  return {
    publish,
    requireReady: (): void => void readyChannel(),
    consume,
    subscribe,
    isReady: (): boolean => channel !== undefined && !blocked && !stalled,

    /** Resolves when there is a channel to publish on, or the broker is out of reach or does not answer. */
    answered,

    declare: (shards: number, withSearch: boolean): Promise<void> =>
      declareAll(() => consuming.createChannel(), listDeclarations(shards, withSearch)),

    bindEpoch: (shard: number, epoch: number): Promise<unknown> =>
      administer((own) => own.bindQueue(recordsQueue(shard), exchanges.records, epochKey(shard, epoch))),

    /** Unbinds all epochs of a shard from `first` to `last`. */
    unbindEpochs: (shard: number, first: number, last: number): Promise<void> =>
      administer(async (own) => {
        for (let epoch = first; epoch <= last; epoch += 1) {
          await own.unbindQueue(recordsQueue(shard), exchanges.records, epochKey(shard, epoch));
        }
      }),

    /** Messages that wait in a queue and are not with a consumer. */
    queueLength: (queue: string): Promise<number> =>
      administer(async (own) => (await own.checkQueue(queue)).messageCount),

    /** What waits in some queues, and who consumes them; a queue that is not there has nothing of both. */
    measureQueues: (names: readonly string[]): Promise<QueueMeasure[]> =>
      Promise.all(names.map((name) => administer((own) => measureQueue(own, name)))),

    async stop(): Promise<void> {
      stopping = true;
      await Promise.all([publishing.close(), consuming.close()]);
      await publisher;
    },
  };
}

async function measureQueue(own: Channel, name: string): Promise<QueueMeasure> {
  try {
    const { messageCount: messages, consumerCount: consumers } = await own.checkQueue(name);
    return { name, messages, consumers };
  } catch (err) {
    if (isMissing(err)) return { name };
    throw err;
  }
}

/** It may be closed already, or its connection gone. */
function closeQuietly(channel: Channel): void {
  void Promise.resolve()
    .then(() => channel.close())
    .catch(() => undefined);
}

const isMissing = (err: unknown): boolean => err instanceof Error && "code" in err && err.code === 404;

const isDeclaredOtherwise = (err: unknown): err is Error =>
  err instanceof Error && "code" in err && err.code === 406;

function describeFault({ kind, name }: Declaration, { message }: Error): string {
  const said = /"([^"]*)"/.exec(message)?.[1] ?? message;
  const remedy =
    kind === "queue" ? "let it run empty, delete it, and start again" : "delete it, and start again";
  return `RabbitMQ's ${kind} ${name} exists with another type or other arguments: ${remedy}, so that it is declared as it must be (${said}).`;
}

const unroutable = "returned: no queue is bound to this routing key";

/** Whether the broker had no queue for the message: its epoch is over. */
export function isUnroutable(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error && error.cause.message === unroutable;
}
