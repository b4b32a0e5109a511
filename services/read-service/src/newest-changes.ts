/** Of several changes of a chat the newest says all: the others are below it, in whatever order they come. */
import type { Change } from "@parley/common/changes";
import { chatKey } from "@parley/common/ledger";

const startOf = ({ after, changeNumber }: Change): number => after ?? changeNumber - 1;

/** By chat key. */
export function newestChanges(changes: readonly Change[]): Map<string, Change> {
  const newest = new Map<string, Change>();
  for (const change of changes) {
    const key = chatKey(change.token, change.chat);
    const other = newest.get(key);
    // An edit's announcement, or a repeat's, may come behind a newer change.
    const last = other && other.changeNumber > change.changeNumber ? other : change;
    newest.set(key, other ? { ...last, after: Math.min(startOf(other), startOf(change)) } : change);
  }
  return newest;
}
