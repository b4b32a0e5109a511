/** Tells all processes what decides who may use what has just been created. */
import type { Access, Fact } from "@parley/common/access";
import { learnFact } from "@parley/common/facts";
import type { Logger } from "@parley/common/log";

export type Learn = (token: string, fact: Fact, value: string) => void;

/** Nobody waits for it: what is not told is loaded. */
export function createLearn(access: Pick<Access, "find" | "keep">, log: Logger): Learn {
  return (token, fact, value) => {
    learnFact(access, { token, fact, value }).catch((err: unknown) => log.debug({ err }, "fact not told"));
  };
}
