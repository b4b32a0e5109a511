/** Tries to index once more what was refused, when the reason was mended. */
import type { Knex } from "knex";
import { listChangedMessages } from "../queries/messages.ts";
import { replaceRefusals, type Refusal, type StoredRefusal } from "../queries/search-refusals.ts";
import type { OneIndex } from "./connect.ts";
import type { ChangedChat } from "./writer.ts";

type Dependencies = { db: Knex; index: Pick<OneIndex, "writeStates"> };

/** What has changed since it was refused is indexed as any other change is. */
async function readState(db: Knex, refused: StoredRefusal): Promise<ChangedChat[]> {
  const { chatId: id, chat: number, applicationId, audience, changeNumber: through } = refused;
  const [message] = await listChangedMessages(db, id, { after: through - 1, limit: 1 });
  if (message?.number !== refused.number) return [];
  return [{ chat: { id, number, applicationId, audience }, messages: [message], through }];
}

/** Gives those that are refused again. */
export async function replayRefusals(
  { db, index }: Dependencies,
  refusals: readonly StoredRefusal[],
): Promise<Refusal[]> {
  const states = (await Promise.all(refusals.map((refused) => readState(db, refused)))).flat();
  const refusedAgain = await index.writeStates(states);
  await replaceRefusals(db, states, refusedAgain);
  return refusedAgain;
}
