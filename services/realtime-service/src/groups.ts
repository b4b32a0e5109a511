/** The open sockets by application and user. Only what those applications have is listened to. */
import { shardOf } from "@parley/common/records";
import type { Connection, Identity } from "./connection.ts";

export type Group = {
  connections: Set<Connection>;
  byUser: Map<number, Set<Connection>>;
  ready: Promise<void>;
};
export type Groups = ReturnType<typeof createGroups>;

type Dependencies = {
  /** How many shards there are. @throws Problem unavailable */
  countShards: () => Promise<number>;
  changes: { bind: (key: string) => Promise<void>; unbind: (key: string) => Promise<void> };
  notices: { subscribe: (token: string) => Promise<void>; unsubscribe: (token: string) => Promise<void> };
};

const userOf = ({ caller }: Identity): number | undefined =>
  caller.kind === "user" ? caller.user.number : undefined;

export function createGroups({ countShards, changes, notices }: Dependencies) {
  const groups = new Map<string, Group>();
  /** By shard, how many applications listen. */
  const listening = new Map<number, number>();

  async function listen(token: string): Promise<void> {
    const shard = shardOf(token, await countShards());
    listening.set(shard, (listening.get(shard) ?? 0) + 1);
    await Promise.all([changes.bind(String(shard)), notices.subscribe(token)]);
  }

  async function unlisten(token: string): Promise<void> {
    const shard = shardOf(token, await countShards());
    const left = (listening.get(shard) ?? 1) - 1;
    listening.set(shard, left);
    if (left === 0) await changes.unbind(String(shard));
    if (!groups.has(token)) await notices.unsubscribe(token);
  }

  function leave(connection: Connection, identity: Identity): void {
    const { token } = identity;
    const group = groups.get(token);
    const user = userOf(identity);
    if (!group?.connections.delete(connection)) return;
    const ofUser = user === undefined ? undefined : group.byUser.get(user);
    ofUser?.delete(connection);
    if (user !== undefined && ofUser?.size === 0) group.byUser.delete(user);
    if (group.connections.size > 0) return;
    groups.delete(token);
    group.ready.then(() => unlisten(token)).catch(() => undefined);
  }

  return {
    /**
     * Resolves once nothing that its application is told of is missed.
     * @throws Problem unavailable
     */
    async join(connection: Connection, identity: Identity): Promise<void> {
      const { token } = identity;
      let group = groups.get(token);
      if (!group) {
        group = { connections: new Set(), byUser: new Map(), ready: listen(token) };
        groups.set(token, group);
      }
      group.connections.add(connection);
      const user = userOf(identity);
      if (user !== undefined) {
        const ofUser = group.byUser.get(user) ?? new Set();
        group.byUser.set(user, ofUser.add(connection));
      }
      try {
        await group.ready;
      } catch (err) {
        leave(connection, identity);
        throw err;
      }
    },

    leave,
    find: (token: string): Group | undefined => groups.get(token),
    all: (): Iterable<Group> => groups.values(),
  };
}
