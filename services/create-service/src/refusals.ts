/** What the ledger refuses, in the words of the API. */
import type { Refusal } from "@parley/common/ledger";
import { problem, type Problem } from "@parley/common/problem";
import type { Draft } from "@parley/common/records";

/** What only MySQL knows. */
type Unknown = "application-unknown" | "chat-unknown" | "key-unknown";
export const isUnknown = (refused: Refusal): refused is Unknown => refused.endsWith("-unknown");

export const keyReused = (): Problem =>
  problem("idempotency-key-reused", "This Idempotency-Key came with another body before.", {
    errors: [{ pointer: "", detail: "differs from what this Idempotency-Key was first used with" }],
  });

/** What nothing can be done about. */
export function refusalOf(draft: Draft, refused: Exclude<Refusal, Unknown>): Problem {
  switch (refused) {
    case "application-deleted":
      return problem("application-deleted", "This application was deleted.");
    case "chat-deleted":
      return problem(
        "chat-deleted",
        `Chat ${draft.kind === "message" ? draft.chat : ""} of this application was deleted.`,
      );
    case "key-reused":
      return keyReused();
    case "key-ahead":
      return problem(
        "idempotency-key-invalid",
        "This UUIDv7 is more than five minutes ahead of the time here: set the clock, or use a UUIDv4.",
      );
    case "outbox-full":
      return problem("overloaded", "Too much is waiting to be stored.");
  }
}
