/** Names, contents and path numbers: refusals first. */
import { describe, expect, it } from "@jest/globals";
import { Content, isToken, Name, parseNumber } from "@parley/common/text";

describe("a name", () => {
  it.each([
    7,
    true,
    null,
    {},
    [],
    "",
    "   ",
    "a\u0000b",
    "a\nb",
    "\ud800",
    "x".repeat(256),
    "👋".repeat(256),
  ])("is refused when it is %j", (value) => {
    expect(Name.safeParse(value).success).toBe(false);
  });

  it.each(["a", "👋".repeat(255), "Ünï cödé", "' OR 1=1 --"])("may be %s", (value) => {
    expect(Name.parse(value)).toBe(value);
  });
});

describe("a content", () => {
  it.each(["", " \n\t ", "a\u0000", "a\u001b", "\udc00", "x".repeat(65_536), "é".repeat(32_768)])(
    "is refused when it cannot be kept as it is (%#)",
    (value) => {
      expect(Content.safeParse(value).success).toBe(false);
    },
  );

  it.each(["x".repeat(65_535), "tab\tand\r\nlines", "👩‍👩‍👧‍👦", "e" + "\u0301".repeat(10_000)])(
    "is kept as it is (%#)",
    (value) => {
      expect(Content.parse(value)).toBe(value);
    },
  );
});

describe("a number in a path", () => {
  it.each(["0", "-1", "1.5", "1e3", "0x10", "01", " 1", "+1", "NaN", "", "2147483648", "9007199254740993"])(
    "is none when it is written %j",
    (text) => {
      expect(parseNumber(text)).toBeUndefined();
    },
  );

  it("goes up to 2^31-1", () => {
    expect(parseNumber("2147483647")).toBe(2_147_483_647);
  });
});

describe("a token", () => {
  it.each(["", "x", "../..", "00000000-0000-0000-0000-000000000000", "8D6A82EB-7B72-4092-8FAC-0CBE48CF262E"])(
    "cannot be %j",
    (text) => {
      expect(isToken(text)).toBe(false);
    },
  );
});
