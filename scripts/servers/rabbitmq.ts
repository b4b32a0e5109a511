/** A private RabbitMQ node with its own epmd, so that it neither meets nor disturbs another one on this machine. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownFile, ownFolder, serverAccount } from "./account.ts";
import { ask, run, startProcess, type Server, type ServerOptions } from "./process.ts";
import { program } from "./programs.ts";

export interface RabbitmqNode {
  dataFolder: string;
  /** For AMQP. */
  port: number;
  /** For the tools, such as rabbitmqctl. */
  distributionPort: number;
  epmdPort: number;
}

export interface RabbitmqOptions extends RabbitmqNode, ServerOptions {
  password: string;
  vhost?: string;
}

const LOOPBACK_ONLY = "-kernel inet_dist_use_interface {127,0,0,1}";
const AMQP_GREETING = "AMQP\x00\x00\x09\x01";

export async function startRabbitmq(options: RabbitmqOptions): Promise<Server> {
  const { dataFolder, port, epmdPort, password, vhost = "/", onSpawn } = options;
  const folder = prepareFolder(options, password, vhost);
  const shared = { env: rabbitmqEnv(options), cwd: folder, account: serverAccount(), onSpawn };
  // Left to itself, the node would start a daemon of its own, which nobody would know nor stop.
  const epmd = await startProcess({
    ...shared,
    name: "epmd",
    port: epmdPort,
    command: program("epmd"),
    args: ["-port", String(epmdPort)],
    log: join(dataFolder, "logs", "epmd.log"),
    // Asks for the list of nodes, which begins with epmd's own port in four bytes.
    ready: async () => (await ask(epmdPort, "\x00\x01n", /^[^]{4}/)) !== "",
  });
  const node = await startProcess({
    ...shared,
    name: "rabbitmq",
    port,
    command: program("rabbitmq-server"),
    args: [],
    log: join(dataFolder, "logs", "rabbitmq.log"),
    ready: async () => (await ask(port, AMQP_GREETING, /version/)) !== "",
    readyMs: 120_000,
    stopMs: 30_000,
  }).catch((error: unknown) => epmd.stop().then(() => Promise.reject(error)));

  writeFileSync(createdMark(dataFolder), "");
  await liftDeliveryLimit(options, vhost);
  const stop = () => node.stop().then(epmd.stop);
  const path = vhost === "/" ? "" : `/${encodeURIComponent(vhost)}`;
  return { ...node, stop, url: `amqp://parley:${password}@127.0.0.1:${port}${path}` };
}

/** Runs rabbitmqctl against a node and gives what it printed. */
export function rabbitmqctl(node: RabbitmqNode, args: string[]): Promise<string> {
  const cwd = join(node.dataFolder, "rabbitmq");
  return run(program("rabbitmqctl"), args, { env: rabbitmqEnv(node), cwd, account: serverAccount() });
}

/** What the node and its tools find each other by. */
export function rabbitmqEnv(node: RabbitmqNode): NodeJS.ProcessEnv {
  const folder = join(node.dataFolder, "rabbitmq");
  return {
    PATH: process.env["PATH"],
    LANG: "C.UTF-8",
    // The Erlang cookie, which lets the tools in, lies in HOME.
    HOME: folder,
    ERL_EPMD_PORT: String(node.epmdPort),
    ERL_EPMD_ADDRESS: "127.0.0.1",
    ERL_CRASH_DUMP: join(folder, "erl_crash.dump"),
    RABBITMQ_NODENAME: "parley@localhost",
    RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
    RABBITMQ_NODE_PORT: String(node.port),
    RABBITMQ_DIST_PORT: String(node.distributionPort),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: LOOPBACK_ONLY,
    RABBITMQ_CTL_ERL_ARGS: LOOPBACK_ONLY,
    RABBITMQ_MNESIA_BASE: join(folder, "data"),
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_LOGS: "-",
    RABBITMQ_PID_FILE: join(folder, "rabbitmq.pid"),
    RABBITMQ_CONFIG_FILE: join(folder, "rabbitmq.conf"),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, "advanced.config"),
    RABBITMQ_CONF_ENV_FILE: join(folder, "rabbitmq-env.conf"),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "enabled_plugins"),
    // The start script then becomes the node itself instead of waiting for it: the pid we keep is the node's.
    RUNNING_UNDER_SYSTEMD: "true",
  };
}

const createdMark = (dataFolder: string) => join(dataFolder, "rabbitmq", "created");

function prepareFolder({ dataFolder }: RabbitmqNode, password: string, vhost: string): string {
  const folder = ownFolder(join(dataFolder, "rabbitmq"));
  // Killed in its first start, it would not create the user at the second.
  if (!existsSync(createdMark(dataFolder))) rmSync(join(folder, "data"), { recursive: true, force: true });
  ownFile(join(folder, "enabled_plugins"), "[].\n");
  // The defaults apply when the node creates its database, once.
  ownFile(
    join(folder, "rabbitmq.conf"),
    `default_user = parley
default_pass = ${password}
default_vhost = ${vhost}
default_user_tags.administrator = true
raft.wal_max_size_bytes = 67108864
`,
  );
  return folder;
}

/** A record is tried until it is stored; from version 4 on quorum queues would drop it after 20 deliveries. */
async function liftDeliveryLimit(node: RabbitmqNode, vhost: string): Promise<void> {
  // The greeting names the version as a long string: "S", four bytes of length, text.
  const greeting = await ask(node.port, AMQP_GREETING, /version/);
  const major = Number(/versionS[^]{4}(\d+)\./.exec(greeting)?.[1] ?? 0);
  if (major < 4) return;
  const queues = String.raw`^(records\..*|search)$`;
  const limit = JSON.stringify({ "delivery-limit": -1 });
  await rabbitmqctl(node, [
    "set_policy",
    "-p",
    vhost,
    "parley",
    queues,
    limit,
    "--apply-to",
    "quorum_queues",
  ]);
}
