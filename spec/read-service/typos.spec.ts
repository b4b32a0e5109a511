/** How much a word may differ from what was typed. */
import { describe, expect, it } from "@jest/globals";
import { allowedTypos, isWithin } from "../../services/read-service/src/search/typos.ts";

describe("the typos that a word may have", () => {
  it.each([
    ["", 0],
    ["abc", 0],
    ["abcd", 1],
    ["abcdefg", 1],
    ["abcdefgh", 2],
    ["👩👩👩", 0],
  ])("of %s are %i", (word, typos) => {
    expect(allowedTypos(word)).toBe(typos);
  });

  it.each([
    ["receive", "recieve", 1, true],
    ["message", "mesage", 1, true],
    ["message", "messsage", 1, true],
    ["message", "massage", 1, true],
    ["message", "massages", 1, false],
    ["message", "massages", 2, true],
    ["abcd", "bacd", 1, true],
    ["abcd", "badc", 1, false],
    ["привет", "превет", 1, true],
    ["word", "word", 0, true],
    ["word", "ward", 0, false],
    ["a", "abcdef", 2, false],
  ])("lead from %s to %s by %i: %s", (word, other, typos, expected) => {
    expect(isWithin(word, other, typos)).toBe(expected);
    expect(isWithin(other, word, typos)).toBe(expected);
  });
});
