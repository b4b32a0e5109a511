/** A server that a spec kills, pauses and starts again at its port, as a supervisor would. */
import { signalGroup, type Server } from "../../scripts/servers/process.ts";
import { waitUntil } from "./wait-until.ts";

export type Start = (port: number | undefined, env?: NodeJS.ProcessEnv) => Promise<Server>;
export type Killable = Awaited<ReturnType<typeof startKillable>>;

/** Between a death and the next start. */
const supervisorPauseMs = 300;

/** @param supervised started again whenever it dies by itself, without the variables of its first start */
export async function startKillable(start: Start, supervised = false, firstEnv: NodeJS.ProcessEnv = {}) {
  let server = await start(undefined, firstEnv);
  let deaths = 0;
  let isWanted = true;
  let isReviving = false;
  let reviving: Promise<void> | undefined;

  function watch(): void {
    if (!supervised) return;
    const watched = server;
    void watched.exited.then(() => {
      if (isWanted && server === watched) onDeath();
    });
  }
  function onDeath(): void {
    deaths += 1;
    isReviving = true;
    reviving = server
      .stop()
      .then(revive)
      .finally(() => (isReviving = false));
  }
  /** As often as it takes: a service does not come up without its database. */
  async function revive(): Promise<void> {
    while (isWanted) {
      await new Promise((resolve) => setTimeout(resolve, supervisorPauseMs));
      try {
        if (isWanted) return await again();
      } catch {
        deaths += 1;
      }
    }
  }
  async function again(env: NodeJS.ProcessEnv = {}): Promise<void> {
    server = await start(server.port, env);
    isWanted = true;
    watch();
  }
  async function kill(): Promise<void> {
    isWanted = false;
    await reviving;
    server.kill();
    await server.exited;
    // RabbitMQ has a helper beside it, which would hold its port.
    await server.stop();
  }
  watch();

  return {
    get url(): string {
      return server.url;
    },
    get port(): number {
      return server.port;
    },
    get pid(): number {
      return server.pid;
    },
    /** How often it died by itself and was started again. */
    get deaths(): number {
      return deaths;
    },
    /** It has died by itself and is not up again. */
    get isReviving(): boolean {
      return isReviving;
    },
    /** It is up, if it has died by itself. */
    revived: async (): Promise<void> => reviving,
    /** SIGKILL to it and all that it has started. */
    kill,
    /** The same, as if it had died by itself: whoever supervises it starts it again. */
    crash: (): void => server.kill(),
    /** With what it left on disk. */
    start: again,
    async restart(env: NodeJS.ProcessEnv = {}): Promise<void> {
      await kill();
      await again(env).catch((err: unknown) => {
        if (!supervised) throw err;
        // One that is to crash may do so before it is seen to be up.
        isWanted = true;
        onDeath();
      });
    },
    pause: (): void => signalGroup(server.pid, "SIGSTOP"),
    resume: (): void => signalGroup(server.pid, "SIGCONT"),
    /** As an operator does: it finishes what it has in hand. */
    async stopGently(): Promise<void> {
      isWanted = false;
      await reviving;
      await server.stop();
    },
    /** Died by itself at least so often, and is there again. */
    async awaitDeaths(n: number, ms: number): Promise<void> {
      await waitUntil(() => deaths >= n, ms);
      await reviving;
    },
    async stop(): Promise<void> {
      isWanted = false;
      await reviving?.catch(() => undefined);
      // A paused one does not heed anything else.
      signalGroup(server.pid, "SIGCONT");
      await server.stop();
    },
  };
}
