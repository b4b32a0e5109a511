/**
 * Tells all processes what decides who may use what has just been created: it need not be loaded, so that sends go on also
 * while MySQL does not answer.
 */
import type { Access } from "@parley/common/access";
import type { Fact } from "@parley/common/fact";
import type { Logger } from "@parley/common/log";

export type Learn = (token: string, fact: Fact, value: string) => void;

export function createLearn(access: Pick<Access, "find" | "keep">, log: Logger): Learn {
  async function learn(token: string, fact: Fact, value: string): Promise<void> {
    const { version, value: known } = await access.find(token, fact);
    if (known === undefined) await access.keep(token, fact, { version, value });
  }

  // Nobody waits for it: what is not told is loaded.
  return (token, fact, value) => {
    learn(token, fact, value).catch((err: unknown) => log.debug({ err }, "fact not told"));
  };
}
