/** Parley's client: every address as a function, and chats that stay live. */
import { createApi } from "./api.ts";
import { createHttp, type HttpOptions } from "./http.ts";
import { createLive } from "./live.ts";
import type { SocketConstructor } from "./socket.ts";

export type * from "./types.ts";
export type { Problem } from "./errors.ts";
export type { LiveChat } from "./live-chat.ts";
export type { LiveEvents } from "./live.ts";
export type { Outgoing, Unsent } from "./outbox.ts";
export type { Status } from "./socket.ts";
export { ParleyError } from "./errors.ts";
export { createKey } from "./keys.ts";
export { pathOf } from "./places.ts";

export type ParleyOptions = HttpOptions & {
  /** Where there is no `globalThis.WebSocket`, as in Node 20: that of the package `ws`. */
  WebSocket?: SocketConstructor;
};
export type Parley = ReturnType<typeof createParley>;

/** @example const parley = createParley({ url: "https://chat.example.com", applicationToken }); */
export function createParley(options: ParleyOptions) {
  const http = createHttp(options);
  const api = createApi(http);
  const WebSocket =
    options.WebSocket ?? (globalThis as unknown as { WebSocket: SocketConstructor }).WebSocket;
  return {
    ...api,
    live: createLive({ http, api, WebSocket }),
    /** Those of now, to be kept for the next start. */
    get tokens(): { accessToken: string | undefined; refreshToken: string | undefined } {
      const { accessToken, refreshToken } = http.tokens;
      return { accessToken, refreshToken };
    },
  };
}
