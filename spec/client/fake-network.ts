/** A network for the client that is cut, silent or there as a spec wants it: sockets in memory. */
import type { Frame } from "../../services/client/src/types.ts";

type Listener = (event: never) => void;

export type FakeSocket = {
  /** All frames that the client has sent. */
  sent: Frame[];
  open: () => void;
  /** A frame from the server. */
  tell: (type: string, content: object, id?: string | number) => void;
  /** Answers the last frame of that type. */
  answer: (type: string, content?: object) => void;
  refuse: (type: string, problem: object) => void;
  cut: (code?: number, reason?: string) => void;
};

export function createFakeNetwork() {
  const sockets: FakeSocket[] = [];

  class FakeWebSocket {
    onopen: Listener | undefined;
    onmessage: Listener | undefined;
    onclose: Listener | undefined;
    onerror: Listener | undefined;
    #sent: Frame[] = [];
    #isOver = false;

    constructor() {
      const find = (type: string): Frame => {
        const frame = this.#sent.findLast((one) => one.type === type);
        if (!frame) throw new Error(`the client has sent no ${type}`);
        return frame;
      };
      const tell: FakeSocket["tell"] = (type, content, id) => {
        if (!this.#isOver) this.onmessage?.({ data: JSON.stringify({ type, content, id }) } as never);
      };
      sockets.push({
        sent: this.#sent,
        open: () => this.onopen?.({} as never),
        tell,
        answer: (type, content = {}) => tell(type, content, find(type).id),
        refuse: (type, problem) => tell("error", problem, find(type).id),
        cut: (code = 1006, reason = "") => {
          this.#isOver = true;
          this.onclose?.({ code, reason } as never);
        },
      });
    }

    send(data: string): void {
      this.#sent.push(JSON.parse(data) as Frame);
    }

    close(): void {
      this.#isOver = true;
    }
  }

  return {
    WebSocket: FakeWebSocket,
    sockets,
    get last(): FakeSocket {
      const last = sockets.at(-1);
      if (!last) throw new Error("the client has opened no socket");
      return last;
    },
  };
}
