/**
 * Loaded into a service by NODE_OPTIONS=--import: kills it by SIGKILL, or freezes it by SIGSTOP, at the n-th passing of
 * the line that SPEC_CRASH_AT names, such as `before-publish:37:SIGKILL`. It patches the drivers, so that the product has no hooks for specs.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { beginEpoch, digestOf } from "../../services/common/src/ledger-scripts.ts";

export type CrashLine =
  /** A batch has its numbers in Redis and is not with the broker. */
  | "before-publish"
  /** The broker has the batch, and the client has no reply. */
  | "before-confirm"
  /** Records are in MySQL and not acknowledged. */
  | "before-ack"
  | "after-take-counts"
  | "before-count-commit"
  | "after-count-commit"
  | "after-drop-counts"
  /** All of a shard is in MySQL, and its next epoch has not begun in Redis. */
  | "before-begin"
  /** The epoch has begun in Redis, and its row is locked to be opened. */
  | "before-open";

/** The environment of a process that is to crash there. */
export function crashAt(line: CrashLine, passing: number): NodeJS.ProcessEnv {
  return actAt(line, passing, "SIGKILL");
}

/** The environment of a process that is to stand still there, until it is resumed. */
export function freezeAt(line: CrashLine, passing: number): NodeJS.ProcessEnv {
  return actAt(line, passing, "SIGSTOP");
}

function actAt(line: CrashLine, passing: number, signal: NodeJS.Signals): NodeJS.ProcessEnv {
  return {
    NODE_OPTIONS: `--import=${import.meta.filename}`,
    SPEC_CRASH_AT: `${line}:${passing}:${signal}`,
  };
}

const repository = join(import.meta.dirname, "../..");
const [wanted, passing, signal] = (process.env["SPEC_CRASH_AT"] ?? "").split(":");
let passed = 0;

function pass(line: CrashLine): void {
  if (line !== wanted) return;
  passed += 1;
  const isDue = signal === "SIGSTOP" ? passed === Number(passing) : passed >= Number(passing);
  if (isDue) process.kill(process.pid, signal);
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

function wrap(prototype: object, name: string, around: (original: Method) => Method): void {
  const methods = prototype as Record<string, Method>;
  const original = methods[name];
  if (!original) throw new Error(`the driver has no ${name}`);
  methods[name] = around(original);
}

/** Runs `act` before the callback that ends the arguments. */
function beforeCallback(args: unknown[], act: () => void): unknown[] {
  const callback = args.at(-1) as (...results: unknown[]) => unknown;
  return [
    ...args.slice(0, -1),
    (...results: unknown[]) => {
      act();
      return callback(...results);
    },
  ];
}

function patchAmqplib(require: NodeJS.Require): void {
  // By its path, since the package exports no classes.
  const file = join(repository, "node_modules/amqplib/lib/channel_model.js");
  const { Channel, ConfirmChannel } = require(file) as Record<string, { prototype: object }>;
  wrap(
    ConfirmChannel?.prototype ?? {},
    "publish",
    (original) =>
      function (...args) {
        if (args[0] !== "records") return original.apply(this, args);
        pass("before-publish");
        return original.apply(
          this,
          beforeCallback(args, () => pass("before-confirm")),
        );
      },
  );
  wrap(
    Channel?.prototype ?? {},
    "ack",
    (original) =>
      function (...args) {
        pass("before-ack");
        return original.apply(this, args);
      },
  );
}

/** Epochs that a spec may come to. */
const epochs = 300;
const shards = 4;

function patchRedis(require: NodeJS.Require): void {
  const digests = new Map<unknown, CrashLine>();
  for (let shard = 0; shard < shards; shard += 1) {
    for (let epoch = 0; epoch < epochs; epoch += 1) {
      digests.set(digestOf({ shard, epoch }, "takeCounts"), "after-take-counts");
      digests.set(digestOf({ shard, epoch }, "dropCounts"), "after-drop-counts");
    }
  }
  const { Redis } = require("ioredis") as { Redis: { prototype: object } };
  wrap(
    Redis.prototype,
    "evalsha",
    (original) =>
      async function (...args) {
        const reply = await original.apply(this, args);
        const line = digests.get(args[0]);
        // Nothing was waiting to be taken.
        if (line && reply !== null) pass(line);
        return reply;
      },
  );
  wrap(
    Redis.prototype,
    "eval",
    (original) =>
      function (...args) {
        if (String(args[0]).endsWith(beginEpoch)) pass("before-begin");
        return original.apply(this, args);
      },
  );
}

function patchMysql(require: NodeJS.Require): void {
  const flushing = new WeakSet<object>();
  const { Connection } = require("mysql2") as { Connection: { prototype: object } };
  wrap(
    Connection.prototype,
    "query",
    (original) =>
      function (...args) {
        const connection = this as object;
        const sql = typeof args[0] === "string" ? args[0] : (args[0] as { sql: string }).sql;
        if (/^update `seq_epoch` set .*`bound_epoch`/i.test(sql)) pass("before-open");
        if (/insert into `flush_batches`/i.test(sql)) flushing.add(connection);
        if (!/^commit/i.test(sql) || !flushing.delete(connection)) return original.apply(this, args);
        pass("before-count-commit");
        return original.apply(
          this,
          beforeCallback(args, () => pass("after-count-commit")),
        );
      },
  );
}

/** Counts are flushed each second instead of each minute. */
async function patchCron(): Promise<void> {
  const { default: cron } = await import("node-cron");
  wrap(
    cron,
    "schedule",
    (original) =>
      function (...args) {
        const { name } = args[2] as { name: string };
        return original.call(this, name === "flush-counts" ? "* * * * * *" : args[0], ...args.slice(1));
      },
  );
}

if (wanted) {
  const require = createRequire(join(repository, "services/read-service/package.json"));
  patchAmqplib(require);
  patchRedis(require);
  patchMysql(require);
  if (wanted.includes("count")) await patchCron();
}
