/** Making, changing and deleting users, each in one transaction with what user search knows of them. */
import type { Access, Begin } from "@parley/common/access";
import type { Fact } from "@parley/common/fact";
import { inTransaction, isDuplicateKey } from "@parley/common/db";
import { requireMatch } from "@parley/common/paging";
import { problem } from "@parley/common/problem";
import type { Knex } from "knex";
import { suffixesOf } from "./find-users.ts";
import type { Profile } from "./profile.ts";
import { takeUserNumber, type Application } from "./queries/applications.ts";
import { deleteBlocksOf, listPartners } from "./queries/blocks.ts";
import {
  countOwners,
  deleteMemberships,
  findHeir,
  insertMemberChanges,
  lockChatsOf,
  putMember,
} from "./queries/members.ts";
import { endSessionsOf } from "./queries/sessions.ts";
import { replaceSuffixes } from "./queries/user-suffixes.ts";
import {
  insertUser,
  lockUser,
  markUserDeleted,
  replaceProfile,
  updateUser,
  type User,
} from "./queries/users.ts";
import { usernameKey } from "./usernames.ts";

type NewUser = { username: string; passwordHash?: string | undefined; profile: Profile };

export const usernameTaken = () =>
  problem("username-taken", "Another user of this application has this name, or one that looks the same.");

export const wrongOldPassword = () => problem("credential-wrong", "The old password is wrong.");

/** @throws what `act` throws; of a name that another user has, Problem username-taken (409) */
async function unlessTaken<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (err) {
    if (!isDuplicateKey(err)) throw err;
    throw usernameTaken();
  }
}

/** @throws Problem username-taken (409), application-deleted */
export function createUser(db: Knex, application: Application, given: NewUser): Promise<User> {
  const { username, passwordHash, profile } = given;
  const createdAt = new Date();
  return unlessTaken(() =>
    inTransaction(db, async (trx) => {
      const number = await takeUserNumber(trx, application.id);
      if (number === undefined) throw problem("application-deleted", "This application was deleted.");
      const applicationId = application.id;
      const key = usernameKey(username);
      const id = await insertUser(trx, { applicationId, number, username, key, passwordHash }, createdAt);
      await replaceProfile(trx, id, profile);
      const user = { id, applicationId, number, username, profile, createdAt, updatedAt: createdAt };
      await replaceSuffixes(trx, user, suffixesOf(user));
      return { ...user, state: "live" as const, version: 0 };
    }),
  );
}

type Dependencies = { db: Knex; access: Pick<Access, "change"> };
type Owned = { application: Application; user: User };
type Change = {
  ifMatch: string | undefined;
  username?: string | undefined;
  passwordHash?: string | undefined;
  /** By the password that the user had when it was read. */
  isProven?: boolean;
  profile?: ((before: Profile) => Profile) | undefined;
};

async function lockLive(trx: Knex.Transaction, { id, number }: User): Promise<User> {
  const current = await lockUser(trx, id);
  if (current?.state !== "live") throw problem("user-deleted", `User ${number} was deleted.`);
  return current;
}

/** What is known elsewhere of the user's sessions. */
const sessionsOf = ({ number }: User): Fact[] => [{ of: "session", user: number, session: "" }];

/**
 * Gives a user its next state. A new password ends all sessions.
 * @throws Problem username-taken (409), stale-etag, user-deleted; credential-wrong when the password that was proven is not
 * the present one any more
 */
export function changeUser(
  { db, access }: Dependencies,
  { application, user }: Owned,
  change: Change,
): Promise<User> {
  const updatedAt = new Date();
  const { passwordHash } = change;
  const act = (begin: Begin) =>
    inTransaction(db, async (trx) => {
      const current = await lockLive(trx, user);
      requireMatch(change.ifMatch, current.version);
      if (change.isProven && current.passwordHash !== user.passwordHash) throw wrongOldPassword();
      const { username = current.username } = change;
      const profile = change.profile?.(current.profile) ?? current.profile;
      const next = { ...current, username, profile, version: current.version + 1, updatedAt };
      if (passwordHash !== undefined) {
        await begin(sessionsOf(user));
        await endSessionsOf(trx, user.id, updatedAt);
      }
      const name = { name: username, key: usernameKey(username) };
      await updateUser(trx, user.id, { username: name, passwordHash }, updatedAt);
      if (change.profile) await replaceProfile(trx, user.id, profile);
      const isNamedAnew =
        username !== current.username || profile.displayName !== current.profile.displayName;
      if (isNamedAnew) await replaceSuffixes(trx, next, suffixesOf(next));
      return next;
    });
  return unlessTaken(() => access.change(application.token, act));
}

/** Another owner for those of the chats, which are locked, that would be without one. */
async function promoteHeirs(
  trx: Knex.Transaction,
  chats: readonly { id: number; number: number; isOwned: boolean }[],
  user: User,
): Promise<Fact[]> {
  const changed: Fact[] = [];
  for (const { id: chatId, number, isOwned } of chats) {
    const isAlone = isOwned && (await countOwners(trx, chatId)) === 1;
    const heir = isAlone ? await findHeir(trx, chatId, user.id) : undefined;
    if (!heir) continue;
    await putMember(trx, { chatId, userId: heir.id, role: "owner" });
    await insertMemberChanges(trx, [chatId], { userId: heir.id, role: "owner" });
    changed.push({ of: "role", chat: number, user: heir.number });
  }
  return changed;
}

/**
 * Memberships and blocks go with the user, too; a private chat that would be without an owner gets another one. What the user
 * has written is deleted afterwards, by read-service.
 * @throws Problem stale-etag, user-deleted
 */
export async function deleteUser(
  { db, access }: Dependencies,
  { application, user }: Owned,
  { ifMatch, keepsMessages }: { ifMatch: string | undefined; keepsMessages: boolean },
): Promise<void> {
  const at = new Date();
  await access.change(application.token, (begin) =>
    inTransaction(db, async (trx) => {
      // Chats before users, as whoever changes members.
      const chats = await lockChatsOf(trx, user.id);
      const promoted = await promoteHeirs(trx, chats, user);
      const current = await lockLive(trx, user);
      requireMatch(ifMatch, current.version);
      const partners = await listPartners(trx, user.id);
      const pairs = partners.map((to) => ({ of: "pair", from: user.number, to }) as const);
      await begin([...sessionsOf(user), ...promoted, ...pairs]);
      await endSessionsOf(trx, user.id, at);
      await deleteMemberships(trx, user.id);
      await insertMemberChanges(
        trx,
        chats.map(({ id }) => id),
        { userId: user.id },
      );
      await deleteBlocksOf(trx, user.id);
      await replaceSuffixes(trx, user, []);
      await markUserDeleted(trx, user.id, { keepsMessages, at });
    }),
  );
}
