/** What search takes as equal. */
import { describe, expect, it } from "@jest/globals";
import { fold } from "@parley/common/fold";

describe("fold", () => {
  it.each([
    ["CAFÉ", "cafe"],
    ["Cafe\u0301", "cafe"],
    ["Ｆｕｌｌ　Ｗｉｄｔｈ", "full width"],
    ["Straße", "strasse"],
    ["ΟΔΥΣΣΕΥΣ", "οδυσσευσ"],
    ["Ёлка", "елка"],
    ["ﬁn", "fin"],
    ["東京タワー", "東京タワー"],
    ["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"],
    ["%_*", "%_*"],
    ["İIıi", "iiii"],
    ["ẞ", "ss"],
    ["ﬃ ſ K Å", "ffi s k a"],
    ["ｶﾞｷﾞ ガギ", "カキ カキ"],
    ["ﷺ", "صلى الله عليه وسلم"],
    ["أَهْلًا", "اهلا"],
    ["שָׁלוֹם", "שלום"],
    ["Ꭰꭰ Აა", "ꭰꭰ აა"],
    ["❤️", "❤"],
    ["Việt Nam", "viet nam"],
  ])("makes %s into %s", (text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  it("does the same to what is folded already", () => {
    for (const text of ["İstanbul", "ı", "ΐ", "ŉ", "ẞ", "ᾳ", "ﷺ", "ǰ", "각"]) {
      expect(fold(fold(text))).toBe(fold(text));
    }
  });

  it("makes every character into what its upper and lower case become", () => {
    const wrong: string[] = [];
    for (let code = 0; code <= 0x10ffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      // The iota subscript is a mark, and as such left out; written large it is a letter.
      if (character.normalize("NFKD").includes("\u0345")) continue;
      const folded = fold(character);
      const others = [character.toUpperCase(), character.toLowerCase()];
      if (others.some((other) => other !== character && fold(other) !== folded)) wrong.push(character);
    }
    expect(wrong).toEqual([]);
  });

  it("works character by character, in either normal form", () => {
    const texts = ["Ὀδυσσεύς Σ", "Straße ŉ ǰ", "각 학교", "নমস্কার", "สวัสดี", "👩‍👩‍👧‍👦 ❤️", "ΣΑΣ σας"];
    for (const text of texts) {
      for (const form of [text.normalize("NFC"), text.normalize("NFD")]) {
        expect(Array.from(form, fold).join("")).toBe(fold(text));
      }
    }
  });
});
