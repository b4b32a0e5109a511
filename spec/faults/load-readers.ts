/** A reader who pages through lists and remembers: what a number says changes by an edit alone, and it never vanishes. */
import { keyOf, type History } from "./history.ts";
import type { Parent } from "./operations.ts";
import type { Ask } from "./requests.ts";

const pageSize = 50;
const pauseMs = 100;

type Listed = { message_number: number; message_content: string };
type Options = {
  ask: Ask;
  history: History;
  parents: readonly Parent[];
  isOver: () => boolean;
  first: number;
};

export async function readOn({ ask, history, parents, isOver, first }: Options): Promise<void> {
  const op = history.newOp();
  const seen = new Map<string, Map<number, string>>();
  const tell = (what: string): void => history.tell(op, { type: "violation", what });
  const changed = { edit: new Set<string>(), delete: new Set<string>() };
  let looked = 0;

  /** Numbers that somebody has begun to edit or delete. */
  function lookAtHistory(): void {
    for (; looked < history.events.length; looked += 1) {
      const event = history.events[looked];
      if (event?.type === "invoke" && (event.act === "edit" || event.act === "delete")) {
        changed[event.act].add(`${event.parent}:${event.target}`);
      }
    }
  }

  async function readPage({ token, chat, name }: Parent, after: number): Promise<number> {
    const known = seen.get(name) ?? new Map<number, string>();
    seen.set(name, known);
    const highest = Math.max(0, ...known.keys());
    const answer = await ask("GET", `/${token}/chats/${chat}/messages?limit=${pageSize}&after=${after}`);
    if (answer.status !== 200) {
      const isDenied = answer.status !== 0 && answer.status < 500;
      if (isDenied) tell(`list of ${name}: ${answer.status} ${answer.text}`);
      return after;
    }
    lookAtHistory();
    const page = JSON.parse(answer.text) as Listed[];
    const listed = new Map(page.map((one) => [one.message_number, one.message_content]));
    for (const [number, content] of listed) {
      const before = known.get(number) ?? content;
      const isEdited = changed.edit.has(`${name}:${number}`) && keyOf(before) === keyOf(content);
      if (before !== content && !isEdited) tell(`${name}:${number} was "${before}", is "${content}"`);
      known.set(number, content);
    }
    const last = page.length < pageSize ? highest : (page.at(-1)?.message_number ?? after);
    for (let number = after + 1; number <= last; number += 1) {
      const isGone = known.has(number) && !listed.has(number) && !changed.delete.has(`${name}:${number}`);
      if (isGone) tell(`${name}:${number} has vanished from the list`);
    }
    return page.length < pageSize ? 0 : (page.at(-1)?.message_number ?? 0);
  }

  let after = 0;
  for (let turn = first; !isOver();) {
    const parent = parents[turn % parents.length];
    if (parent) after = await readPage(parent, after);
    if (after === 0) turn += 1;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
