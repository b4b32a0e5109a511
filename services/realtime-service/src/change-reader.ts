/** Reads chats' changes from read-service; what is asked for while reads are under way is read together. */
import type { ChangeFrame } from "@parley/common/frames";
import { requireOk } from "@parley/common/internal";
import type { ProblemSlug } from "@parley/common/problem";

/** `beyond`: only messages of higher numbers. */
export type Asked = { token: string; chat: number; after: number; limit: number; beyond?: number };
/** `last`: the chat's last change; `through`: `changes` is all up to this one; `gone`: why no more will come. */
export type Changes = { last: number; through: number; changes: ChangeFrame[]; gone?: ProblemSlug };
export type ReadChanges = (asked: Asked) => Promise<Changes>;
type Waiting = { asked: Asked; resolve: (changes: Changes) => void; reject: (err: unknown) => void };

const atOnce = 100;
const underWay = 2;

/** @throws Problem unavailable */
export function createChangeReader(post: (path: string, body: unknown) => Promise<Response>): ReadChanges {
  const waiting: Waiting[] = [];
  let reading = 0;

  async function read(part: readonly Waiting[]): Promise<void> {
    try {
      const response = await post("/internal/changes", { chats: part.map(({ asked }) => asked) });
      await requireOk(response, "Changes cannot be read right now.");
      const found = (await response.json()) as Changes[];
      part.forEach(({ resolve }, i) => resolve(found[i] ?? { last: 0, through: 0, changes: [] }));
    } catch (err) {
      for (const { reject } of part) reject(err);
    }
  }

  async function work(): Promise<void> {
    reading += 1;
    // What is asked for in the same turn is read together.
    await Promise.resolve();
    while (waiting.length > 0) await read(waiting.splice(0, atOnce));
    reading -= 1;
  }

  return (asked) =>
    new Promise((resolve, reject) => {
      waiting.push({ asked, resolve, reject });
      if (reading < underWay) void work();
    });
}
