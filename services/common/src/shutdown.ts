/** Starting and stopping a process: whoever opens, closes; in reverse order and within a deadline. */
import type { Logger } from "./log.ts";

export type Closer = () => Promise<unknown> | void;

/** Collects closers while a service starts; `close` runs them newest first, and goes on when one fails. */
export function createClosers(log: Logger): {
  add: (name: string, closer: Closer) => void;
  close: () => Promise<void>;
} {
  const closers: [name: string, closer: Closer][] = [];
  return {
    add: (name, closer) => closers.push([name, closer]),
    close: async () => {
      for (const [name, closer] of closers.splice(0).reverse()) {
        try {
          await closer();
        } catch (err) {
          log.warn({ err, name }, "could not be closed cleanly");
        }
      }
    },
  };
}

/** Runs a service until SIGTERM or SIGINT. What nobody caught ends the process: a supervisor starts it anew. */
export function runUntilSignalled(
  start: () => Promise<{ stop: () => Promise<void>; log: Logger }>,
  timeoutMs: number,
): void {
  let stopping = false;
  const die = (err: unknown): never => {
    process.stderr.write(`${err instanceof Error ? (err.stack ?? err.message) : String(err)}\n`);
    process.exit(1);
  };
  process.on("unhandledRejection", die).on("uncaughtException", die);
  start().then(({ stop, log }) => {
    const end = (): void => {
      if (stopping) return;
      stopping = true;
      log.info("stopping");
      setTimeout(() => process.exit(1), timeoutMs).unref();
      stop().then(() => log.flush(() => process.exit(0)), die);
    };
    process.on("SIGTERM", end).on("SIGINT", end);
    log.info({ pid: process.pid }, "started");
  }, die);
}
