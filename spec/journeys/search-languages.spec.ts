/** Any part of any word, in any language, either normal form: at once, and when indexed. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createAsk } from "../support/ask.ts";
import { createClient } from "../support/client.ts";
import { createSearches, highlighted, type Searches } from "../support/searches.ts";
import { startWorld, type World } from "../support/world.ts";

type Sentence = {
  language: string;
  text: string;
  parts: (readonly [query: string, shown: string])[];
  not: string[];
};

/** With queries that are to be found, and what of the text they are; and some that are not. */
const sentences: Sentence[] = [
  {
    language: "German",
    text: "Die Größe der Straßenkarte überrascht Jürgen.",
    parts: [
      ["GRÖSSE", "Größe"],
      ["straßenk", "Straßenk"],
      ["strassen", "Straßen"],
      ["berrascht jur", "berrascht Jür"],
      ["ß", "ß"],
    ],
    not: ["groesse", "strasen"],
  },
  {
    language: "Turkish",
    text: "İstanbul'da ışıklar yanıyor, IĞDIR'da değil.",
    parts: [
      ["istanbul", "İstanbul"],
      ["ISTANBUL", "İstanbul"],
      ["ışık", "ışık"],
      ["isik", "ışık"],
      ["ığdır", "IĞDIR"],
    ],
    not: ["ankara"],
  },
  {
    language: "French",
    text: "L'été dernier, Noël à Besançon : œuvre déjà vue.",
    parts: [
      ["ete", "été"],
      ["NOËL", "Noël"],
      ["besanc", "Besanç"],
      ["à b", "à B"],
    ],
    not: ["étés"],
  },
  {
    language: "Vietnamese",
    text: "Tôi đang học tiếng Việt ở Hà Nội.",
    parts: [
      ["tieng viet", "tiếng Việt"],
      ["TIẾNG", "tiếng"],
      ["nội", "Nội"],
    ],
    not: ["sài gòn"],
  },
  {
    language: "Greek",
    text: "Ο Οδυσσεύς γύρισε στην Ιθάκη.",
    parts: [
      ["ΟΔΥΣΣΕΥΣ", "Οδυσσεύς"],
      ["ιθακη", "Ιθάκη"],
      ["σευσ", "σεύς"],
    ],
    not: ["τροια"],
  },
  {
    language: "Russian",
    text: "Ёлка стоит в тёплом доме у моря.",
    parts: [
      ["елка", "Ёлка"],
      ["ТЕПЛОМ", "тёплом"],
      ["плом до", "плом до"],
    ],
    not: ["зима"],
  },
  {
    language: "Arabic",
    text: "أَهْلًا وَسَهْلًا بكم في المدينة",
    parts: [
      ["اهلا", "أَهْلًا"],
      ["وسهلا", "وَسَهْلًا"],
      ["مدين", "مدين"],
    ],
    not: ["قرية"],
  },
  {
    language: "Hebrew",
    text: "שָׁלוֹם עוֹלָם, מה שלומך היום?",
    parts: [
      ["שלום", "שָׁלוֹם"],
      ["ולם, מה", "וֹלָם, מה"],
    ],
    not: ["אתמול"],
  },
  {
    language: "Hindi",
    text: "नमस्ते दुनिया, आप कैसे हैं?",
    parts: [
      ["नमस्ते", "नमस्ते"],
      ["दुनि", "दुनि"],
    ],
    not: ["भारत"],
  },
  {
    language: "Thai",
    text: "ฉันชอบกินข้าวผัดที่กรุงเทพ",
    parts: [
      ["กินข้าว", "กินข้าว"],
      ["กรุงเทพ", "กรุงเทพ"],
      ["ผัดที่", "ผัดที่"],
    ],
    not: ["เชียงใหม่"],
  },
  {
    language: "Chinese",
    text: "我在北京大学学习计算机科学。",
    parts: [
      ["京大", "京大"],
      ["学", "学"],
      ["计算机", "计算机"],
    ],
    not: ["上海", "大京"],
  },
  {
    language: "Japanese",
    text: "東京タワーでﾗｰﾒﾝを食べました。",
    parts: [
      ["タワー", "タワー"],
      ["ラーメン", "ﾗｰﾒﾝ"],
      ["べまし", "べまし"],
    ],
    not: ["大阪"],
  },
  {
    language: "Korean",
    text: "오늘 학교에서 친구를 만났습니다.",
    parts: [
      ["학교", "학교"],
      ["친구를 만", "친구를 만"],
      ["하", "학"],
    ],
    not: ["내일"],
  },
  {
    language: "emoji",
    text: "family 👩‍👩‍👧‍👦 loves ❤️ and 👍🏽",
    parts: [
      ["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"],
      ["👧", "👧"],
      ["❤", "❤️"],
      ["👍", "👍"],
      ["👍🏽", "👍🏽"],
    ],
    not: ["👨", "👍🏿"],
  },
  {
    language: "plain text that looks like syntax",
    text: String.raw`100% _sure_: "a*b" (c|d) .*\d+ content:* OR _id:[1 TO 2] ~2 ^$ {"match_all":{}}`,
    parts: [
      ["%", "%"],
      ["_sure_", "_sure_"],
      ['"a*b"', '"a*b"'],
      [String.raw`.*\d+`, String.raw`.*\d+`],
      ["content:* OR _id:[1", "content:* OR _id:[1"],
      ["(c|d)", "(c|d)"],
      ["^$", "^$"],
      ['{"match_all":{}}', '{"match_all":{}}'],
    ],
    not: ["1%", "_ure", "a.b", ".+", "a*c"],
  },
];

let world: World;
let searches: Searches;
let chat: string;
beforeAll(async () => {
  world = await startWorld();
  const client = createClient(world.url);
  searches = createSearches({ world, ask: createAsk(world.url), client });
  const { token } = await client.anApplication();
  chat = await searches.chatWith(
    token,
    sentences.flatMap(({ text }) => [text.normalize("NFC"), text.normalize("NFD")]),
  );
});
afterAll(() => world.stop());

/** Both forms of a sentence are found by both forms of each query, and nothing else is. */
async function expectFound({ text, parts, not }: Sentence, i: number): Promise<void> {
  for (const query of not) expect([query, (await searches.find(chat, query)).numbers]).toEqual([query, []]);
  for (const [query, shown] of parts) {
    for (const form of ["NFC", "NFD"]) {
      const { hits } = await searches.find(chat, query.normalize(form), { from: 2 * i + 1, to: 2 * i + 2 });
      expect([query, form, hits.map(({ content }) => content)]).toEqual([
        query,
        form,
        [text.normalize("NFC"), text.normalize("NFD")],
      ]);
      for (const hit of hits) expect(highlighted(hit)[0]?.normalize("NFC")).toBe(shown.normalize("NFC"));
    }
  }
}

describe.each([
  ["at once", async () => undefined],
  ["when indexed", () => searches.indexed()],
])("%s", (_when, until) => {
  beforeAll(until, 100_000);
  it.each(sentences.map((sentence, i) => [sentence.language, sentence, i] as const))(
    "finds the parts of a sentence in %s, in what its author wrote",
    (_language, sentence, i) => expectFound(sentence, i),
  );
});
