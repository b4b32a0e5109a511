/** What the operator is told. A part that a dead store cannot tell is left out, and named in `away`. */
import { ChatNumber, Count, PublicNumber, Time } from "@parley/common/replies";
import { totalNames } from "@parley/common/figures";
import { z } from "zod";

const Store = z.object({
  answers: z.boolean(),
  reason: z.string().optional().meta({ description: "Why it does not do all of its work." }),
});
const Queue = z.object({ name: z.string(), messages: Count.optional(), consumers: Count.optional() });
const Shard = z.object({
  shard: Count,
  epoch: Count.optional(),
  state: z.enum(["open", "recovering"]).optional(),
  note: z.string().optional().meta({ description: "How far a recovery is." }),
  changed_at: Time.optional(),
  records: Count.optional().meta({ description: "Accepted, and perhaps not stored yet." }),
  bytes: Count.optional(),
  unconfirmed: Count.optional().meta({ description: "Batches that the broker has not confirmed." }),
});

export const Figures = z.object({
  at: Time,
  totals: z
    .record(z.enum(totalNames), Count)
    .optional()
    .meta({ description: "What all processes have done since the counters began: rates are differences." }),
  sockets: Count.optional(),
  queues: z.array(Queue).optional(),
  outbox: z.array(Shard),
  search: z
    .object({ chats_behind: Count, seconds_behind: Count })
    .optional()
    .meta({ description: "What the index does not show yet." }),
  counts: z.object({ waiting: Count }).optional().meta({ description: "Counts to be flushed." }),
  parked: Count.optional(),
  refusals: Count.optional().meta({ description: "Messages that the index refuses." }),
  conflicts: Count.optional().meta({ description: "Numbers given to two records: never." }),
  dead_letters: Count.optional(),
  contents: z.object({ applications: Count, chats: Count, messages: Count, users: Count }).optional(),
  stores: z.object({ mysql: Store, redis: Store, rabbitmq: Store, elasticsearch: Store.optional() }),
  away: z.array(z.string()),
});

const Uid = z.uuid().meta({ examples: ["5b1c0b7e-4b0f-4a3e-9d5e-1f2a3b4c5d6e"] });

export const ParkedRecord = z.object({
  uid: Uid,
  kind: z.enum(["application", "chat", "message"]),
  application_token: z.uuid(),
  chat_number: ChatNumber.optional(),
  number: PublicNumber.optional(),
  reason: z.string(),
  parked_at: Time,
});

export const Replayed = z.object({
  uid: Uid,
  stored: z.boolean(),
  reason: z.string().optional().meta({ description: "Why it still cannot be stored." }),
});
