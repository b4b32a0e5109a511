/** Composition root of realtime-service: sockets, told of changes by RabbitMQ and Redis; what they do goes to the others. */
import { performance } from "node:perf_hooks";
import { connectAccess } from "@parley/common/access";
import { createVerifyAccessToken, fetchedKeys } from "@parley/common/access-token";
import { connectBroker } from "@parley/common/broker";
import { createCallers } from "@parley/common/callers";
import { Changes } from "@parley/common/changes";
import { httpOptions } from "@parley/common/config";
import { connectFigures } from "@parley/common/figures";
import { listen } from "@parley/common/http";
import { connectLive } from "@parley/common/live";
import { createLogger } from "@parley/common/log";
import { createReadFact } from "@parley/common/read-fact";
import { createReadServiceCalls } from "@parley/common/read-service";
import { connectRedis } from "@parley/common/redis";
import { createClosers, runUntilSignalled } from "@parley/common/shutdown";
import { exchanges } from "@parley/common/topology";
import { createRefuseUnsafe } from "@parley/common/unsafe-stores";
import { createApp } from "./app.ts";
import { createChangeReader } from "./change-reader.ts";
import { readServiceConfig, type Config } from "./config.ts";
import type { Connection } from "./connection.ts";
import { createFeeds } from "./feeds.ts";
import { createGroups } from "./groups.ts";
import { createHandle } from "./handle-frame.ts";
import { sendHeads } from "./heads.ts";
import { createMembers } from "./members.ts";
import { createNotices } from "./notices.ts";
import { createNotifications } from "./notifications.ts";
import { createPresence } from "./presence.ts";
import { startSockets } from "./sockets.ts";
import { createSubscriptions, type Subscription } from "./subscriptions.ts";
import { createTyping } from "./typing.ts";
import { createUpstream } from "./upstream.ts";

/** What waits for this process at most, in messages of many changes each; whatever is dropped is read later. */
const queueLength = 10_000;
const lookAgainMs = 30_000;
const presenceMs = 5000;

export async function start(config: Config) {
  const log = createLogger("realtime-service", config.LOG_LEVEL);
  const closers = createClosers(log);
  const refuseUnsafe = createRefuseUnsafe({ allowed: config.ALLOW_UNSAFE_STORES, log });
  const redisOptions = { url: config.REDIS_URL, log, refuseUnsafe };
  const access = connectAccess(redisOptions);
  closers.add("access", () => access.stop());
  const { redis, stop: stopRedis } = connectRedis(redisOptions);
  closers.add("presence store", stopRedis);
  const figures = connectFigures(redisOptions);
  const { count } = figures;
  closers.add("figures", () => figures.stop());
  const broker = await connectBroker({ url: config.RABBITMQ_URL, log, refuseUnsafe });
  closers.add("broker", () => broker.stop());
  await Promise.all([access.answered, broker.answered]);

  const readService = createReadServiceCalls(config.READ_SERVICE_URL);
  const { post, loadFact } = readService;
  const callers = createCallers({
    // A change is told of, so nothing need be held.
    readFact: createReadFact({ access, load: loadFact, heldMs: 0, log }),
    verify: createVerifyAccessToken(fetchedKeys(config.ACCOUNT_SERVICE_URL)),
    serverKey: config.SERVER_KEY,
  });
  const read = createChangeReader(post);
  const feeds = createFeeds<Subscription>({ read, log });
  const members = createMembers(post);
  const presence = createPresence({ redis, tell: access.tell, isOn: config.PRESENCE, log });
  const subscriptions = createSubscriptions({ feeds, read, callers, readService, presence });

  let shards: number | undefined;
  const changes = broker.subscribe({
    exchange: exchanges.changes,
    longest: queueLength,
    handle: (body) => {
      const { data } = Changes.safeParse(JSON.parse(body.toString()));
      feeds.onChanges(data?.changes ?? []);
      notify(data?.changes ?? []);
    },
    onOpened: () => feeds.checkAll(),
  });
  closers.add("changes", () => changes.stop());
  const live = connectLive({
    url: config.REDIS_URL,
    log,
    onNotice: (token, notice) => notices.onNotice(token, notice),
    onReconnected: () => notices.recheckAll(),
  });
  closers.add("notices", () => live.stop());
  const groups = createGroups({
    countShards: async () => (shards ??= (await readService.fetchEpochs()).length),
    changes,
    notices: live,
  });
  const notify = createNotifications({ callers, groups, members, read, log });
  const notices = createNotices({ callers, feeds, groups, members, subscriptions, log });

  const sockets = startSockets({
    handle: createHandle({
      callers,
      defaultToken: httpOptions(config).defaultToken,
      groups,
      subscriptions,
      typing: createTyping(access.tell),
      upstream: createUpstream({ createUrl: config.CREATE_SERVICE_URL, readUrl: config.READ_SERVICE_URL }),
      recheck: notices.recheck,
    }),
    origins: config.CORS_ORIGINS,
    onBeat: (connection) => {
      sendHeads(connection);
      void notices.recheck(connection);
    },
    onClosed: (connection: Connection) => {
      subscriptions.endAll(connection);
      if (connection.identity) groups.leave(connection, connection.identity);
    },
    onSent: (frames) => count("delivered", frames),
    log,
  });
  figures.watchSockets(() => sockets.connections.size);
  const lookingAgain = setInterval(() => feeds.checkAll(), lookAgainMs);
  const renewing = setInterval(() => void presence.tick(performance.now()), presenceMs);

  const readiness = (): string[] => [
    ...(access.isConnected() && live.isConnected() ? [] : ["Redis is out of reach"]),
    ...(changes.isOpen() ? [] : ["RabbitMQ is out of reach"]),
  ];
  const app = createApp({ log, readiness, count });
  const server = await listen(app, config.PORT, config.HOST, sockets.upgrade);
  closers.add("http", () => server.stop());
  closers.add("sockets", async () => {
    clearInterval(lookingAgain);
    clearInterval(renewing);
    await sockets.stop();
    await presence.leaveAll();
  });
  return { port: server.port, stop: closers.close, log };
}

if (import.meta.main) {
  const config = readServiceConfig();
  runUntilSignalled(() => start(config), config.SHUTDOWN_TIMEOUT_MS);
}
