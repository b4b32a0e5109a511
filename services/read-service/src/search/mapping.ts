/** How an index is made: folded text as 1-, 2- and 3-grams for any part of any word, and as words. */

/** Raised with every change below: an index of another version is not searched, and made anew. */
export const mappingVersion = 3;

/** A page of long messages is analyzed for what is highlighted. */
const analyzedTokens = 200_000;
const gramSizes = [1, 2, 3] as const;
const custom = (tokenizer: string, filter: string[]) => ({ type: "custom" as const, tokenizer, filter });
const stemmer = (language: string) => ({ type: "stemmer" as const, language });

/**
 * Words keep their own form beside their stems, of which there are several: the language of a message is not known.
 * Stemmers of other scripts leave a word as it is, so they are in one row. Chinese, Japanese and Korean have a token for
 * each character and each pair; a query is made of pairs, and of a character only where it stands alone.
 */
const analysis = {
  tokenizer: Object.fromEntries(
    gramSizes.map((size) => [`gram${size}`, { type: "ngram" as const, min_gram: size, max_gram: size }]),
  ),
  filter: {
    english: stemmer("english"),
    german: stemmer("light_german"),
    french: stemmer("light_french"),
    spanish: stemmer("light_spanish"),
    russian: stemmer("light_russian"),
    greek: stemmer("greek"),
    arabic: stemmer("arabic"),
    stems: {
      type: "multiplexer" as const,
      filters: ["english", "german", "french", "spanish", "russian, greek, arabic"],
    },
    pairs: { type: "cjk_bigram" as const },
    pairs_and_characters: { type: "cjk_bigram" as const, output_unigrams: true },
  },
  analyzer: {
    ...Object.fromEntries(gramSizes.map((size) => [`gram${size}`, custom(`gram${size}`, [])])),
    words: custom("standard", ["pairs_and_characters", "stems"]),
    query_words: custom("standard", ["pairs", "stems"]),
    plain_words: custom("standard", ["pairs_and_characters"]),
    query_plain_words: custom("standard", ["pairs"]),
  },
};

export const settings = {
  "analyze.max_token_count": analyzedTokens,
  analysis,
};

const word = { type: "text" as const, norms: false, index_options: "docs" as const };

export const mappings = {
  dynamic: "strict" as const,
  _meta: { version: mappingVersion },
  _source: { enabled: false },
  properties: {
    application: { type: "long" as const, doc_values: false },
    /** MySQL's id. */
    chat: { type: "long" as const },
    chat_number: { type: "long" as const, index: false },
    /** Who may read its chat. */
    audience: { type: "keyword" as const, doc_values: false },
    number: { type: "long" as const },
    sender: { type: "long" as const, doc_values: false },
    /** Milliseconds. */
    created: { type: "long" as const },
    /** Code points of the folded text. */
    length: { type: "integer" as const, index: false },
    /** CRC-32 of `<number>:<change number>`: their sum tells whether all is there. */
    check: { type: "long" as const, index: false },
    watermark: { type: "long" as const },
    /** Folded text. A term is found by 1-grams alone; longer ones are phrases of grams, so positions are kept. */
    text: {
      type: "text" as const,
      analyzer: "gram1",
      index_options: "docs" as const,
      norms: false,
      fields: {
        gram2: { type: "text" as const, analyzer: "gram2", norms: false },
        gram3: { type: "text" as const, analyzer: "gram3", norms: false },
      },
    },
    words: {
      ...word,
      analyzer: "words",
      search_analyzer: "query_words",
      fields: { plain: { ...word, analyzer: "plain_words", search_analyzer: "query_plain_words" } },
    },
  },
};
