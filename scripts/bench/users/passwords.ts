/** U2, U3: logins and registrations, beside the bare hashes that they have to wait for. */
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { hash, verify, type Options } from "@node-rs/argon2";
import { hashPassword } from "../../../services/account-service/src/passwords.ts";
import { spreadOf } from "../compare.ts";
import { runLoad, type Request } from "../load.ts";
import { p99Of, timeOf } from "../search/timings.ts";
import { runOf, type Context, type Run, type Sides, type Workload } from "../workload.ts";
import type { Crowd } from "./people.ts";

const CONNECTIONS = 8;
const USERS = 200;
/** More than a connection can register in a second. */
const NAMES_PER_SECOND = 60;

type Account = { username: string; password: string };

let made = 0;
const makeAccount = (): Account => ({
  username: `bench-${(made += 1)}`,
  password: randomBytes(12).toString("base64url"),
});

const post = ({ token }: Crowd, action: "register" | "login", account: Account): Request => ({
  method: "POST",
  path: `/api/applications/${token}/${action}`,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(account),
});

const perConnection = (requests: readonly Request[]): Request[][] =>
  Array.from({ length: CONNECTIONS }, (_, connection) =>
    requests.filter((_request, i) => i % CONNECTIONS === connection),
  );

/** As many at once as there are processors, in this process. */
async function runBare(act: () => Promise<unknown>, seconds: number): Promise<Run> {
  const ms: number[] = [];
  const startedAt = performance.now();
  const isOver = (): boolean => performance.now() - startedAt >= seconds * 1000;
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      while (!isOver()) ms.push(await timeOf(act));
    }),
  );
  return {
    replies: ms.length,
    perSecond: (1000 * ms.length) / (performance.now() - startedAt),
    p50: spreadOf(ms).median,
    p99: p99Of(ms),
    facts: {},
    faults: [],
  };
}

/** The product's, read from one of its hashes. */
function costOf(stored: string): Options {
  const [, memoryCost, timeCost, parallelism] = /\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(stored) ?? [];
  return {
    memoryCost: Number(memoryCost),
    timeCost: Number(timeCost),
    parallelism: Number(parallelism),
  };
}

const prepareLogins =
  (crowd: Crowd) =>
  async ({ world }: Context): Promise<Sides> => {
    const { url } = world.nginx;
    const accounts = Array.from({ length: USERS }, makeAccount);
    for (const account of accounts) {
      const { path, ...init } = post(crowd, "register", account);
      const { status } = await fetch(url + path, init);
      if (status !== 201) throw new Error(`A user is not registered: ${status}`);
    }
    const requests = perConnection(accounts.map((account) => post(crowd, "login", account)));
    const { password } = makeAccount();
    const stored = await hashPassword(password);
    return {
      product: async (seconds) =>
        runOf(await runLoad({ url, connections: CONNECTIONS, requests, seconds }), 200),
      baseline: (seconds) => runBare(() => verify(stored, password), seconds),
      stop: async () => undefined,
    };
  };

const prepareRegistrations =
  (crowd: Crowd) =>
  async ({ world }: Context): Promise<Sides> => {
    const { url } = world.nginx;
    const { password } = makeAccount();
    const cost = costOf(await hashPassword(password));
    return {
      product: async (seconds) => {
        const count = CONNECTIONS * NAMES_PER_SECOND * seconds;
        const accounts = Array.from({ length: count }, makeAccount);
        const requests = perConnection(accounts.map((account) => post(crowd, "register", account)));
        return runOf(await runLoad({ url, connections: CONNECTIONS, requests, seconds }), 201);
      },
      baseline: (seconds) => runBare(() => hash(password, cost), seconds),
      stop: async () => undefined,
    };
  };

export const passwordWorkloads = (crowd: Crowd): Workload[] => [
  { id: "U2", title: "logins", aim: 0.5, withSearch: false, prepare: prepareLogins(crowd) },
  { id: "U3", title: "registrations", aim: 0.6, withSearch: false, prepare: prepareRegistrations(crowd) },
];
