/** A private Elasticsearch node, run from the plain distribution that elasticsearch-distribution.ts fetches. */
import { chmodSync, cpSync } from "node:fs";
import { join } from "node:path";
import { ownFile, ownFolder, serverAccount } from "./account.ts";
import { findJava } from "./elasticsearch-distribution.ts";
import { startProcess, type Server, type ServerOptions } from "./process.ts";
import { program } from "./programs.ts";

export interface ElasticsearchOptions extends ServerOptions {
  distribution: string;
  transportPort: number;
  heapMb?: number;
  /** Compiled quickly instead of well, and not nice to what runs beside it: for a few minutes. */
  isShortLived?: boolean;
  /** More lines of its configuration. */
  settings?: readonly string[];
}

export async function startElasticsearch(options: ElasticsearchOptions): Promise<Server> {
  const { dataFolder, port, distribution, heapMb = 512, isShortLived = false, onSpawn } = options;
  // Sends and reads come first; search can wait a little.
  const niceness = isShortLived ? 0 : 10;
  const java = findJava();
  if (!java) throw new Error("Elasticsearch needs Java 17 or later");
  const folder = ownFolder(join(dataFolder, "elasticsearch"));
  const url = `http://127.0.0.1:${port}`;
  const server = await startProcess({
    name: "elasticsearch",
    port,
    command: program("nice"),
    args: ["-n", String(niceness), java, ...launcherArguments(distribution, join(folder, "config"))],
    cwd: distribution,
    env: {
      PATH: process.env["PATH"],
      ES_PATH_CONF: writeConfiguration(folder, options),
      ES_TMPDIR: ownFolder(join(folder, "tmp")),
      ES_JAVA_OPTS: `-Xms${heapMb}m -Xmx${heapMb}m -XX:-HeapDumpOnOutOfMemoryError -Xlog:disable -Xlog:all=warning:stderr${isShortLived ? " -XX:TieredStopAtLevel=1" : ""}`,
    },
    log: join(dataFolder, "logs", "elasticsearch.log"),
    account: serverAccount(),
    ready: async () => (await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`)).ok,
    readyMs: 180_000,
    onSpawn,
  });
  return { ...server, url };
}

// bin/elasticsearch is not part of the archive: this is the command line it would build.
function launcherArguments(distribution: string, configuration: string): string[] {
  return [
    "-Xms4m",
    "-Xmx64m",
    "-XX:+UseSerialGC",
    "-Dcli.name=server",
    "-Dcli.script=./bin/elasticsearch",
    "-Dcli.libs=lib/tools/server-cli",
    `-Des.path.home=${distribution}`,
    `-Des.path.conf=${configuration}`,
    "-Des.distribution.type=tar",
    "-cp",
    "lib/*:lib/cli-launcher/*",
    "org.elasticsearch.launcher.CliToolLauncher",
  ];
}

function writeConfiguration(
  folder: string,
  { distribution, port, transportPort, settings = [] }: ElasticsearchOptions,
): string {
  const configuration = ownFolder(join(folder, "config"));
  for (const name of ["jvm.options", "log4j2.properties"]) {
    cpSync(join(distribution, "config", name), join(configuration, name));
    chmodSync(join(configuration, name), 0o644);
  }
  ownFile(
    join(configuration, "elasticsearch.yml"),
    `cluster.name: parley
node.name: parley
path.data: ${ownFolder(join(folder, "data"))}
path.logs: ${ownFolder(join(folder, "logs"))}
network.host: 127.0.0.1
http.port: ${port}
transport.port: ${transportPort}
discovery.type: single-node
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
search.allow_expensive_queries: false
${settings.join("\n")}
`,
  );
  return configuration;
}
