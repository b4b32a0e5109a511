/** What create-service publishes and read-service stores: records, in batches, and the recovery's barriers. */
import { crc32 } from "node:zlib";
import { z } from "zod";

const token = z.uuid();
const number = z.int().positive();
const createdAt = z.int().describe("milliseconds since 1970, set once by create-service");

/** The client's name for this creation, and what tells whether a repeat asks for the same. */
const idempotency = z.object({ key: z.string(), fingerprint: z.string() }).optional();

/** The user who created it, as of that moment. */
export const Sender = z.object({
  number,
  /** A deleted user has none. */
  username: z.string().optional(),
  displayName: z.string().optional(),
});
export type Sender = z.infer<typeof Sender>;

export const ApplicationRecord = z.object({
  kind: z.literal("application"),
  /** The same as the token: an application has no number, its token finds it. */
  uid: z.uuid(),
  token,
  name: z.string(),
  createdAt,
  idempotency,
});
export const ChatRecord = z.object({
  kind: z.literal("chat"),
  uid: z.uuid(),
  token,
  number,
  name: z.string().optional(),
  private: z.literal(true).optional(),
  /** A user's number. */
  owner: number.optional(),
  createdAt,
  idempotency,
});
export const MessageRecord = z.object({
  kind: z.literal("message"),
  uid: z.uuid(),
  token,
  /** As chat-number.ts has it. */
  chat: z.int(),
  number,
  sender: Sender.optional(),
  /** Of its chat: should that have to be restored, it must not be open. */
  private: z.literal(true).optional(),
  content: z.string(),
  createdAt,
  idempotency,
});

export type ApplicationRecord = z.infer<typeof ApplicationRecord>;
export type ChatRecord = z.infer<typeof ChatRecord>;
export type MessageRecord = z.infer<typeof MessageRecord>;
export const ParleyRecord = z.discriminatedUnion("kind", [ApplicationRecord, ChatRecord, MessageRecord]);
export type ParleyRecord = z.infer<typeof ParleyRecord>;

/** A record before the ledger has given it its number. */
export type Draft = ApplicationRecord | Omit<ChatRecord, "number"> | Omit<MessageRecord, "number">;

/** One message of the queue `records.<shard>`: all that was allotted together, or a barrier of the recovery. */
export const Delivery = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("batch"),
    /** Each to be read by itself: one that cannot be read must not take its neighbours with it. */
    records: z.array(z.unknown()),
    /** Of a recovery: stored only while that epoch is being recovered, since its leader may have slept through it. */
    epoch: z.int().optional(),
  }),
  z.object({ type: z.literal("barrier"), id: z.uuid(), shard: z.int(), epoch: z.int() }),
]);
export type Delivery = z.infer<typeof Delivery>;

/** The shard of an application and of all that is in it. */
export function shardOf(applicationToken: string, shards: number): number {
  return crc32(applicationToken) % shards;
}

export const epochState = z.enum(["open", "recovering"]);

/** What read-service tells of the shards under `GET /internal/epochs`. */
export const ShardEpochs = z.array(
  z.object({
    shard: z.int(),
    epoch: z.int(),
    state: epochState,
    /** Why the shard is being recovered, and how far that is; for people. */
    note: z.string().optional(),
    changed_at: z.coerce.date().optional().describe("when the epoch was raised or opened"),
  }),
);
export type ShardEpoch = z.infer<typeof ShardEpochs>[number];

/** What read-service tells under `POST /internal/keys` of idempotency keys that are in MySQL. */
export const StoredKeys = z.array(
  z.object({ parent: z.string(), key: z.string(), fingerprint: z.string(), number: z.int() }),
);
export type StoredKey = z.infer<typeof StoredKeys>[number];
