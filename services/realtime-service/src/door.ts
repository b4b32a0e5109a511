/** Whether a connection may become a socket at all: looked at before the upgrade. */
import { STATUS_CODES, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

export const protocol = "parley";

/** A browser says where its page is from; other clients do not. There are no cookies that a foreign page could use. */
export function isOriginAllowed({ headers }: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origins.includes("*") || origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** What was offered beside the protocol itself: `application.<token>` and `bearer.<access token>`. */
export function parseProtocols(offered: string | undefined): {
  application_token?: string;
  access_token?: string;
} {
  const find = (name: string): string | undefined =>
    offered
      ?.split(",")
      .map((one) => one.trim())
      .find((one) => one.startsWith(`${name}.`))
      ?.slice(name.length + 1);
  const [application, bearer] = [find("application"), find("bearer")];
  return {
    ...(application !== undefined && { application_token: application }),
    ...(bearer !== undefined && { access_token: bearer }),
  };
}

/** Answers a request that does not become a socket. */
export function refuse(socket: Duplex, status: 403 | 404 | 503, detail: string): void {
  const title = STATUS_CODES[status] ?? "";
  const body = JSON.stringify({ type: "about:blank", title, status, detail });
  const headers = [
    "Connection: close",
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(status === 503 ? ["Retry-After: 1"] : []),
  ];
  socket.end(`HTTP/1.1 ${status} ${title}\r\n${headers.join("\r\n")}\r\n\r\n${body}`);
}
