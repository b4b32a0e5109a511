/** How the index is made: one shard, folded text as 1-, 2- and 3-grams. */

const gramSizes = [1, 2, 3] as const;

export const settings = {
  number_of_shards: 1,
  number_of_replicas: 0,
  analysis: {
    tokenizer: Object.fromEntries(
      gramSizes.map((size) => [`gram${size}`, { type: "ngram" as const, min_gram: size, max_gram: size }]),
    ),
    analyzer: Object.fromEntries(
      gramSizes.map((size) => [
        `gram${size}`,
        { type: "custom" as const, tokenizer: `gram${size}`, filter: [] },
      ]),
    ),
  },
};

export const mappings = {
  dynamic: "strict" as const,
  _source: { enabled: false },
  properties: {
    chat: { type: "long" as const },
    number: { type: "long" as const },
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
  },
};
