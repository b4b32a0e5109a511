/** What a password may be, and its hash: argon2id with 19 MiB, two passes and one lane (OWASP's cheat sheet). */
import { availableParallelism } from "node:os";
import { createTurns } from "@parley/common/turns";
import { countCharacters } from "@parley/common/text";
import { hash, verify } from "@node-rs/argon2";
import { dictionary } from "@zxcvbn-ts/language-common";
import { z } from "zod";

const cost = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };
const shortest = 8;
const longest = 128;
const hashesWaiting = 64;
const common = new Set(dictionary["passwords-common"] as string[]);
/** Of a password that nobody has: compared with where there is no user, so that both take the same time. */
const nobodys = await hash(crypto.randomUUID(), cost);

/** The same text may be typed in several ways. */
const toHashed = (password: string): string => password.normalize("NFKC");

/** As it is typed at a login. */
export const GivenPassword = z
  .string("must be a string")
  .refine((text) => text.isWellFormed(), "has half a surrogate pair, which is not a character")
  .refine(
    (text) => text.length <= 2 * longest && countCharacters(text) <= longest,
    `may have at most ${longest} characters`,
  )
  .meta({ maxLength: longest, examples: ["correct horse battery"] });

export const NewPassword = GivenPassword.refine(
  (text) => countCharacters(text) >= shortest,
  `must have at least ${shortest} characters`,
)
  .refine((text) => !common.has(toHashed(text).toLowerCase()), "is one of the passwords that are tried first")
  .meta({ minLength: shortest, description: "None of the passwords that are tried first." });

/** Each takes a processor for some 30 ms: what would wait long is refused (503 overloaded). */
const inTurn = createTurns({
  atOnce: availableParallelism(),
  waiting: hashesWaiting,
  refusal: "Too many passwords are being checked.",
});

export const hashPassword = (password: string): Promise<string> =>
  inTurn(() => hash(toHashed(password), cost));

/** @param stored undefined where there is no user, or one without a password; it takes as long */
export async function isPassword(stored: string | undefined, given: string): Promise<boolean> {
  const isSame = await inTurn(() => verify(stored ?? nobodys, toHashed(given)));
  return stored !== undefined && isSame;
}
