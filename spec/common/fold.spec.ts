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
  ])("makes %s into %s", (text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  it("does the same to what is folded already", () => {
    for (const text of ["İstanbul", "ı", "ΐ", "ŉ", "ẞ", "ᾳ", "ﷺ", "ǰ", "각"]) {
      expect(fold(fold(text))).toBe(fold(text));
    }
  });
});
