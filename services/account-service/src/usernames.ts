/** What a user name may be, and which are the same. */
import { countCharacters } from "@parley/common/text";
import { z } from "zod";

const longest = 64;
/** Nothing that is not seen, such as zero-width joiners, marks of direction or fillers. */
const allowed = /^(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}._-])+$/u;

/** In its compatibility form (NFKC), without the spaces around it. */
export const Username = z
  .string("must be a string")
  .refine(
    (text) => text.isWellFormed() && text.length <= 4 * longest,
    `may have at most ${longest} characters`,
  )
  .transform((text) => text.normalize("NFKC").trim())
  .refine((text) => text !== "", "must not be empty")
  .refine((text) => countCharacters(text) <= longest, `may have at most ${longest} characters`)
  .refine((text) => allowed.test(text), "may have letters, digits, dots, hyphens and underscores")
  .meta({
    minLength: 1,
    maxLength: longest,
    description: "Letters and digits of any language, dots, hyphens and underscores.",
    examples: ["ann"],
  });

/** The same for names that differ in case or width only. */
export function usernameKey(username: string): string {
  return username.normalize("NFKC").toLowerCase().toUpperCase().toLowerCase().normalize("NFKC");
}
