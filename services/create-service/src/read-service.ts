/** What create-service asks of read-service's internal addresses: the epochs, and to open a parent. */
import { requireOk } from "@parley/common/internal";
import { parentOf } from "@parley/common/ledger";
import { problem, Problem } from "@parley/common/problem";
import { createReadServiceCalls } from "@parley/common/read-service";
import { StoredKeys, type Draft, type StoredKey } from "@parley/common/records";

const absenceMs = 1000;

/** A parent by its path: an application, or a chat in it. */
export type Parent = { token: string; chat?: number };
export type ReadService = ReturnType<typeof connectReadService>;

export function connectReadService(url: string) {
  const opening = new Map<string, Promise<void>>();

  const { post, ...calls } = createReadServiceCalls(url);

  async function open({ token, chat }: Parent): Promise<void> {
    const response = await post("/internal/open", { token, chat });
    await requireOk(response, "This numbering cannot be opened right now.");
  }

  return {
    ...calls,

    /**
     * What MySQL knows of the drafts' idempotency keys, in their order.
     * @throws Problem unavailable
     */
    async findKeys(drafts: readonly Draft[]): Promise<(StoredKey | undefined)[]> {
      const keys = drafts.map((draft) => ({ parent: parentOf(draft), key: draft.idempotency?.key }));
      const response = await post("/internal/keys", { keys });
      if (!response.ok) throw problem("unavailable", "Whether this was accepted before cannot be read now.");
      const found = StoredKeys.parse(await response.json());
      const known = new Map(found.map((one) => [`${one.parent} ${one.key}`, one]));
      return keys.map(({ parent, key }) => known.get(`${parent} ${key}`));
    },

    /**
     * Opens a parent in the ledger. Asked at once by many, it is asked of read-service once; absence is remembered
     * for a second.
     * @throws Problem …-not-found, …-deleted, unavailable
     */
    openParent(parent: Parent): Promise<void> {
      const key = `${parent.token}:${parent.chat ?? ""}`;
      const known = opening.get(key);
      if (known) return known;
      const asked = open(parent);
      opening.set(key, asked);
      const forget = (): void => void opening.delete(key);
      asked.then(forget, (err: unknown) => {
        if (err instanceof Problem && err.status === 404) setTimeout(forget, absenceMs).unref();
        else forget();
      });
      return asked;
    },
  };
}
