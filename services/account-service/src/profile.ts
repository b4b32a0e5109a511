/** What a user shows of itself. */
import type { Profile as ProfileReply } from "@parley/common/people-replies";
import { Name, Text, countCharacters } from "@parley/common/text";
import { z } from "zod";

const longestDescription = 2000;
const longestUrl = 2048;
const customBytes = 4096;

export type Profile = {
  displayName?: string;
  description?: string;
  colour?: string;
  avatarUrl?: string;
  locale?: string;
  custom?: Record<string, unknown>;
};

function isWebAddress(text: string): boolean {
  return text.length <= longestUrl && /^https?:\/\//i.test(text) && URL.canParse(text);
}

function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1 && text.length <= 64;
  } catch {
    return false;
  }
}

const Description = Text.refine(
  (text) => text.length <= 2 * longestDescription && countCharacters(text) <= longestDescription,
  `may have at most ${longestDescription} characters`,
).meta({ minLength: 1, maxLength: longestDescription });
/** Half a surrogate pair could not be kept as it is. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, one]) => name.isWellFormed() && isWellFormed(one));
}
const Custom = z
  .record(z.string(), z.unknown(), "must be a JSON object")
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= customBytes,
    "may have at most 4 KiB of JSON",
  )
  .refine(isWellFormed, "has half a surrogate pair, which is not a character")
  .meta({ description: "4 KiB of JSON at most." });

/** Each field may be left out; null is the same in a new profile, and takes the field away from one that is there. */
export const profileShape = {
  display_name: Name.nullish(),
  description: Description.nullish(),
  colour: z
    .string("must be a string")
    .regex(/^#[0-9a-fA-F]{6}$/, "must be a colour such as #1e90ff")
    .meta({ examples: ["#1e90ff"] })
    .nullish(),
  avatar_url: Text.refine(isWebAddress, "must be a web address (http or https)")
    .meta({ format: "uri", maxLength: longestUrl })
    .nullish(),
  locale: z
    .string("must be a string")
    .refine(isLocale, "must be a language tag such as pt-BR")
    .meta({ maxLength: 64, examples: ["pt-BR"] })
    .nullish(),
  custom: Custom.nullish(),
};
const names = {
  display_name: "displayName",
  description: "description",
  colour: "colour",
  avatar_url: "avatarUrl",
  locale: "locale",
  custom: "custom",
} as const satisfies Record<keyof typeof profileShape, keyof Profile>;

type GivenProfile = z.infer<z.ZodObject<typeof profileShape>>;

/** `before` with what is given; null takes away, undefined leaves. */
export function withGiven(before: Profile, given: GivenProfile): Profile {
  const after: Record<string, unknown> = { ...before };
  for (const [name, field] of Object.entries(names)) {
    const value = given[name as keyof GivenProfile];
    if (value === null) delete after[field];
    else if (value !== undefined) after[field] = value;
  }
  return after;
}

/** As in replies: what is empty is left out. */
export function presentProfile(profile: Profile): z.input<typeof ProfileReply> {
  const entries = Object.entries(names).flatMap(([name, field]) => {
    const value = profile[field];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}
