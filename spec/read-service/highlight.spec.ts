/** Where in a message the query is. */
import { describe, expect, it } from "@jest/globals";
import { fold } from "@parley/common/fold";
import { createRandom } from "../../scripts/bench/text.ts";
import { findHighlights } from "../../services/read-service/src/search/highlight.ts";

/** The parts of the content that are highlighted. */
function cut(content: string, query: string): string[] {
  const characters = Array.from(content);
  return findHighlights(content, fold(query)).map(({ start, length }) =>
    characters.slice(start, start + length).join(""),
  );
}

describe("the highlights of a query", () => {
  it("are none where it is not", () => {
    expect(cut("Guten Morgen", "abend")).toEqual([]);
    expect(cut("👩‍👩‍👧‍👦", "👨")).toEqual([]);
  });

  it.each([
    ["Die Straße, die STRASSE", "strass", ["Straß", "STRASS"]],
    ["Straße", "s", ["S", "ß"]],
    ["Cafe\u0301 und Café", "cafe", ["Cafe\u0301", "Café"]],
    ["İstanbul ISTANBUL ıstanbul", "istan", ["İstan", "ISTAN", "ıstan"]],
    ["Καλημέρα σας ΣΑΣ", "σασ", ["σας", "ΣΑΣ"]],
    ["我在北京大学学习", "北京大学", ["北京大学"]],
    ["東京タワーとﾀﾜｰ", "タワー", ["タワー", "ﾀﾜｰ"]],
    ["학교에서 각자", "가", ["각"]],
    ["학교에서".normalize("NFD"), "교", ["교".normalize("NFD")]],
    ["학교에서".normalize("NFD"), "하", ["학".normalize("NFD")]],
    ["สวัสดีครับ", "ครับ", ["ครับ"]],
    ["नमस्ते दुनिया", "दुनिया", ["दुनिया"]],
    ["أَهْلًا وسهلا", "اهلا", ["أَهْلًا"]],
    ["שָׁלוֹם עולם", "שלום", ["שָׁלוֹם"]],
    ["Tiếng Việt", "viet", ["Việt"]],
    ["love ❤️ you", "❤", ["❤️"]],
    ["👩‍👩‍👧‍👦 family", "family", ["family"]],
    ["👩‍👩‍👧‍👦 family", "👩", ["👩", "👩"]],
    ["aaaa", "aa", ["aa", "aa"]],
    ["100% _sure_ *.*", "% _", ["% _"]],
  ])("in %s of %s are %j", (content, query, parts) => {
    expect(cut(content, query)).toEqual(parts);
  });

  it("count code points, as people count characters of emoji", () => {
    expect(findHighlights("👍🏽👍🏽 ok", "ok")).toEqual([{ start: 5, length: 2 }]);
  });

  it("are a hundred at most", () => {
    expect(findHighlights("ab".repeat(500), "a")).toHaveLength(100);
  });

  it("fold to what holds the query, for every cut of a text", () => {
    const random = createRandom(7);
    const text = "Größe ŉ Привет ΣΑΣ 北京大学 각자 สวัสดี أَهْلًا 👩‍👩‍👧‍👦 ❤️ ﬃ ".repeat(2);
    const characters = Array.from(text);
    for (let i = 0; i < 500; i += 1) {
      const start = random(characters.length);
      const query = fold(characters.slice(start, start + 1 + random(12)).join(""));
      if (query === "") continue;
      const found = cut(text, query);
      expect(found.length).toBeGreaterThan(0);
      for (const part of found) expect(fold(part)).toContain(query);
    }
  });
});
