/** A private nginx around nginx/parley.conf.template, the file that docker compose uses as well. */
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownFolder, serverAccount } from "./account.ts";
import { startProcess, type Server, type ServerOptions } from "./process.ts";
import { program } from "./programs.ts";

export interface NginxOptions extends ServerOptions {
  bind?: string;
  /** The folder with the built pages, which is copied to where nginx may read it. */
  web: string;
  /** host:port of each service. */
  createService: string;
  readService: string;
  accountService: string;
  realtimeService: string;
}

const TEMPLATE = join(import.meta.dirname, "../../nginx/parley.conf.template");

export async function startNginx(options: NginxOptions): Promise<Server> {
  const { dataFolder, port, bind = "127.0.0.1", onSpawn } = options;
  const folder = join(dataFolder, "nginx");
  mkdirSync(folder, { recursive: true });
  const listen = `${bind.includes(":") ? `[${bind}]` : bind}:${port}`;
  const web = copyPages(options.web, join(folder, "web"));
  writeFileSync(join(folder, "parley.conf"), renderTemplate(listen, { ...options, web }));
  writeFileSync(join(folder, "nginx.conf"), mainConfiguration(folder));
  const url = `http://${reachable(bind)}${port === 80 ? "" : `:${port}`}`;
  const server = await startProcess({
    name: "nginx",
    port,
    command: program("nginx"),
    args: ["-p", folder, "-c", join(folder, "nginx.conf")],
    log: join(dataFolder, "logs", "nginx.log"),
    ready: async () => (await fetch(url, { method: "HEAD" })).ok,
    readyMs: 10_000,
    // Takes no more connections and ends when the open requests are answered.
    stopSignal: "SIGQUIT",
    stopMs: 15_000,
    onSpawn,
  });
  return { ...server, url };
}

/** For everybody to read, whatever the umask of the checkout. */
function copyPages(from: string, to: string): string {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
  chmodSync(to, 0o755);
  for (const one of readdirSync(to, { withFileTypes: true, recursive: true })) {
    chmodSync(join(one.parentPath, one.name), one.isDirectory() ? 0o755 : 0o644);
  }
  return to;
}

function renderTemplate(listen: string, options: NginxOptions): string {
  // Only these, as envsubst does in the official image: nginx has $variables of its own.
  const values = {
    PARLEY_LISTEN: listen,
    CREATE_SERVICE: options.createService,
    READ_SERVICE: options.readService,
    ACCOUNT_SERVICE: options.accountService,
    REALTIME_SERVICE: options.realtimeService,
    PARLEY_WEB: options.web,
  };
  return Object.entries(values).reduce(
    (text, [name, value]) => text.replaceAll(`\${${name}}`, value),
    readFileSync(TEMPLATE, "utf8"),
  );
}

function mainConfiguration(folder: string): string {
  const account = serverAccount();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `  ${kind}_temp_path "${ownFolder(join(folder, `${kind}_temp`))}";`,
  );
  return `${account ? `user ${account.name};` : ""}
daemon off;
worker_processes 2;
worker_shutdown_timeout 10s;
pid "${join(folder, "nginx.pid")}";
error_log stderr warn;
worker_rlimit_nofile 65536;
# A socket takes two of them.
events { worker_connections 32768; }
http {
${temporary.join("\n")}
  include "${join(folder, "parley.conf")}";
}
`;
}

/** An address that a client on this machine can use for what the server listens on. */
function reachable(bind: string): string {
  if (bind === "0.0.0.0") return "127.0.0.1";
  if (bind === "::") return "[::1]";
  return bind.includes(":") ? `[${bind}]` : bind;
}
