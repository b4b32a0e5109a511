/** What is analyzed for words, and how its tokens lead back to what was written. */
import { describe, expect, it } from "@jest/globals";
import { highlightTokens, wordText } from "../../services/read-service/src/search/word-text.ts";

/** What is highlighted for a token of the analyzed text. */
function cut(content: string, token: string): string[] {
  const start = wordText(content).indexOf(token);
  const found = highlightTokens(content, start < 0 ? [] : [{ start, end: start + token.length }]);
  const characters = Array.from(content);
  return found.map((one) => characters.slice(one.start, one.start + one.length).join(""));
}

describe("the text that is analyzed for words", () => {
  it.each([
    ["Größe", "grosse"],
    ["ผมชอบกินข้าว", "ผม ชอบ กน ขาว"],
    ["학교에서".normalize("NFD"), "학교에서"],
    ["hello ผมชอบ world", "hello ผม ชอบ world"],
  ])("of %s is %s", (text, expected) => {
    expect(wordText(text)).toBe(expected);
  });

  it("separates Lao, Khmer and Burmese, too", () => {
    for (const text of ["ສະບາຍດີທຸກຄົນ", "សួស្តីពិភពលោក", "မင်္ဂလာပါကမ္ဘာ"]) expect(wordText(text)).toContain(" ");
  });
});

describe("the highlights of tokens", () => {
  it.each([
    ["Die Größe zählt", "grosse", ["Größe"]],
    ["ผมชอบกินข้าว", "กน", ["กิน"]],
    ["hello ผมชอบ world", "world", ["world"]],
    ["오늘 학교에서".normalize("NFD"), "학교", ["학교".normalize("NFD")]],
    ["👩‍👩‍👧‍👦 Familie", "familie", ["Familie"]],
    ["nothing", "absent", []],
  ])("in %s of %s are %j", (content, token, parts) => {
    expect(cut(content, token)).toEqual(parts);
  });

  it("are one where tokens overlap, as the pairs of Chinese do", () => {
    const pairs = [
      { start: 1, end: 3 },
      { start: 2, end: 4 },
      { start: 6, end: 8 },
    ];
    expect(highlightTokens("在北京大学学习呢", pairs)).toEqual([
      { start: 1, length: 3 },
      { start: 6, length: 2 },
    ]);
  });
});
