/** What a name and a message's content may be, and how path parameters look. */
import { z } from "zod";

/** Controls that no text needs; content may have tab, line feed and carriage return. */
const controls = /[\u0000-\u001f\u007f]/; // oxlint-disable-line no-control-regex
const controlsExceptWhitespace = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/; // oxlint-disable-line no-control-regex

/** In code points, as people who count characters expect of emoji. */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}

const wellFormed = z
  .string("must be a string")
  .refine((text) => text.isWellFormed(), "has half a surrogate pair, which is not a character")
  .refine((text) => text.trim() !== "", "must not be empty or spaces only");

/** 1–255 code points on one line. */
export const Name = wellFormed
  .refine((text) => !controls.test(text), "has control characters")
  .refine((text) => text.length <= 510 && countCharacters(text) <= 255, "may have at most 255 characters")
  .meta({
    minLength: 1,
    maxLength: 255,
    description: "One line, not of spaces only.",
    examples: ["General"],
  });

/** Text of any length that can be kept as it is. */
export const Text = wellFormed.refine(
  (text) => !controlsExceptWhitespace.test(text),
  "has NUL or other control characters",
);

/** 1–65,535 bytes of UTF-8. */
export const Content = Text.refine(
  (text) => Buffer.byteLength(text) <= 65_535,
  "may have at most 65,535 bytes of UTF-8",
).meta({
  minLength: 1,
  maxLength: 65_535,
  description: "65,535 bytes of UTF-8 at most, not of spaces only.",
  examples: ["Good morning from Köln"],
});

/** Of all public numbers. */
export const largestNumber = 2 ** 31 - 1;

/** A public number as the path has it; undefined for anything else, also for `01`, `+1` or `1e3`. */
export function parseNumber(text: string): number | undefined {
  return /^[1-9][0-9]{0,9}$/.test(text) && Number(text) <= largestNumber ? Number(text) : undefined;
}

/** Whether this can be an application token at all: asked before any lookup. */
export function isToken(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text);
}
