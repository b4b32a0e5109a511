/** Finds free TCP ports on this machine. */
import { createServer } from "node:net";

const TEST_PORTS = { from: 20_000, count: 10_000 };
// Two callers that look at the same moment must not be given the same port.
const given = new Set<number>();

/** "free", or the error code that says why the port cannot be had. */
export function probePort(port: number, host = "127.0.0.1"): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve("free")));
  });
}

/** The first free port from `from` upward. */
export async function freePort(from: number, host = "127.0.0.1"): Promise<number> {
  for (let port = from; port < 65_536; port++) {
    if (given.has(port)) continue;
    const probe = await probePort(port, host);
    if (probe === "free" && !given.has(port)) {
      given.add(port);
      return port;
    }
    if (probe === "EADDRNOTAVAIL") throw new Error(`${host} is not an address of this machine`);
  }
  throw new Error(`no free port from ${from} up`);
}

/** A free port for a throw-away server; a random start keeps test runs beside each other apart. */
export function freeTestPort(): Promise<number> {
  return freePort(TEST_PORTS.from + Math.floor(Math.random() * TEST_PORTS.count));
}
