/** One chat that is long enough to be scrolled and searched: short exchanges in all languages, put together from templates. */
import { exchanges, phrases } from "./phrases.ts";
import type { Line } from "./plan.ts";

/** Far apart, so that neighbours in a list are not neighbours in the chat. */
const STRIDE = 7;

/** The same for the same length: the n-th exchange with the n-th phrases. */
export function composeLongChat(length: number): Line[] {
  const lines: Line[] = [];
  for (let n = 0; lines.length < length; n += 1) {
    const exchange = exchanges[(n * STRIDE) % exchanges.length] ?? [];
    const round = Math.floor(n / exchanges.length) + n;
    for (const [by, text] of exchange) lines.push(written(by, fill(text, round), lines.length));
  }
  return lines.slice(0, length);
}

function fill(text: string, round: number): string {
  return text.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    const list = phrases[name];
    if (!list) throw new Error(`there are no phrases ${name}`);
    return list[round % list.length] ?? "";
  });
}

/** Some lines are deleted later, and some edited. */
function written(by: string, text: string, i: number): Line {
  if (i % 97 === 96) return [by, text, "deleted"];
  return i % 61 === 60 ? [by, text, { edited: `${text} ✏️` }] : [by, text];
}
