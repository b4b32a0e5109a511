/** Makes the application of DEFAULT_APPLICATION at the first start. */
import type { Logger } from "@parley/common/log";
import type { Commit } from "./group-commit.ts";

const againMs = 1000;

type Options = { token: string; name: string; log: Logger };

/** Tries until it is accepted. One that is there already stays as it is: token and key are always the same. */
export function makeDefaultApplication(commit: Commit, { token, name, log }: Options): { stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  async function make(): Promise<void> {
    const idempotency = { key: token, fingerprint: "default-application" };
    const record = {
      kind: "application",
      uid: token,
      token,
      name,
      createdAt: Date.now(),
      idempotency,
    } as const;
    try {
      const { replayed } = await commit(record);
      if (!replayed) log.info({ name }, "default application made");
    } catch (err) {
      log.debug({ err }, "default application is not made yet");
      timer = setTimeout(() => void make(), againMs);
    }
  }
  void make();
  return { stop: () => clearTimeout(timer) };
}
