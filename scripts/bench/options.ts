/** What the bench was asked for on its command line. */
import { parseArgs } from "node:util";

export interface Options {
  ids: string[];
  rounds: number;
  seconds: number;
  /** How many messages the watch over memory creates; 0 leaves it out. */
  creates: number;
  save: boolean;
}

export const USAGE =
  "npm run bench -- [W1] [W1c] [W1u] [W2] [W3] [W5] [W8] [--rounds 3] [--seconds 30] [--creates 500000] [--save]";

/** @throws Error with the usage when an argument is unknown or no number */
export function readOptions(args: string[], knownIds: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "30" },
      creates: { type: "string", default: "0" },
      save: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.filter((id) => !knownIds.includes(id));
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(", ")}. ${USAGE}`);
  const creates = wholeNumber(values.creates);
  const isWatchOnly = creates > 0 && positionals.length === 0;
  return {
    ids: positionals.length > 0 || isWatchOnly ? positionals : [...knownIds],
    rounds: Math.max(wholeNumber(values.rounds), 1),
    seconds: Math.max(wholeNumber(values.seconds), 1),
    creates,
    save: values.save,
  };
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${text} is no whole number. ${USAGE}`);
  return Number(text);
}
