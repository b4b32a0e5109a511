/** The checker finds one seeded defect of each kind, and nothing in healthy data. */
import { expect, it } from "@jest/globals";
import { judge } from "./checker.ts";
import type { Facts, Row, Wrongs } from "./facts.ts";
import { hashOf, type Event } from "./history.ts";

const chat = "token:1";
const text = (key: string): string => `${key} says something`;

/** One writer sends five messages one after the other, edits the second and deletes the fourth. */
function healthy(): Facts {
  const events: Event[] = [];
  let at = 0;
  const tell = (op: number, event: object): void =>
    void events.push({ op, at: (at += 1), ...event } as Event);
  const rows: Row[] = [];
  const create = (
    op: number,
    act: string,
    { parent, number, uid }: Pick<Row, "parent" | "number" | "uid">,
  ) => {
    const [key, hash] = [`key-${op}`, hashOf(text(`key-${op}`))];
    tell(op, { type: "invoke", writer: 1, act, parent, key, bodyHash: hash });
    tell(op, { type: "ok", number, ...(act === "application" && { uid }) });
    rows.push({ parent, number, uid, key, hash, state: "live", changeNumber: number });
  };
  create(1, "application", { parent: "applications", number: 0, uid: "token" });
  create(2, "chat", { parent: "token", number: 1, uid: "uid-chat" });
  for (const number of [1, 2, 3, 4, 5]) {
    create(number + 2, "message", { parent: chat, number, uid: `uid-${number}` });
  }
  const edited = hashOf(text("key-4 edited"));
  tell(8, {
    type: "invoke",
    writer: 1,
    act: "edit",
    parent: chat,
    key: "key-4",
    bodyHash: edited,
    target: 2,
  });
  tell(8, { type: "ok", number: 2 });
  tell(9, { type: "invoke", writer: 1, act: "delete", parent: chat, key: "key-6", bodyHash: "", target: 4 });
  tell(9, { type: "ok", number: 4 });
  // Nobody knows of this one, and it is there.
  tell(10, { type: "invoke", writer: 2, act: "message", parent: chat, key: "key-10", bodyHash: "hash-10" });
  tell(10, { type: "info", status: 503 });
  Object.assign(rows[3] ?? {}, { hash: edited, state: "edited", changeNumber: 6 });
  Object.assign(rows[5] ?? {}, { hash: hashOf(""), key: "", state: "deleted", changeNumber: 7 });
  rows.push({
    parent: chat,
    number: 6,
    uid: "uid-6",
    key: "key-10",
    hash: "hash-10",
    state: "live",
    changeNumber: 8,
  });
  return {
    events,
    rows,
    listed: rows
      .filter(({ state }) => state !== "deleted")
      .map(({ parent, number, hash }) => ({ parent, number, hash })),
    indexed: rows
      .filter(({ parent }) => parent === chat)
      .map(({ parent, number, changeNumber }) => ({ parent, number, version: changeNumber })),
    counts: [{ parent: chat, kept: 4, waiting: 1, real: 5 }],
    conflicts: 0,
  };
}

const kindsOf = (facts: Facts): string[] =>
  Object.entries(judge(facts).wrongs).flatMap(([kind, found]) => (found.length > 0 ? [kind] : []));

/** The row of a message in the healthy data, to be spoilt. */
function rowOf(facts: Facts, number: number): Row {
  const row = facts.rows.find((one) => one.parent === chat && one.number === number);
  if (!row) throw new Error(`there is no row ${number}`);
  return row;
}
const withoutRow = (facts: Facts, number: number): Facts => ({
  ...facts,
  rows: facts.rows.filter((row) => row !== rowOf(facts, number)),
});

it("finds nothing in healthy data", () => {
  const verdict = judge(healthy());
  expect(kindsOf(healthy())).toEqual([]);
  expect(verdict).toMatchObject({ acknowledged: 7, recovered: 1, voids: 0 });
});

const defects: [what: string, kind: keyof Wrongs, spoil: (facts: Facts) => Facts | void][] = [
  [
    "a row is missing at the end",
    "lost",
    (facts) =>
      withoutRow(
        {
          ...facts,
          events: facts.events.filter(({ op }) => op !== 10),
          rows: facts.rows.filter((row) => row !== rowOf(facts, 6)),
        },
        5,
      ),
  ],
  [
    "an acknowledged message is void",
    "lost",
    (facts) => void Object.assign(rowOf(facts, 3), { key: "", state: "void" }),
  ],
  [
    "a message is deleted that nobody deleted",
    "lost",
    (facts) => void Object.assign(rowOf(facts, 3), { key: "", state: "deleted" }),
  ],
  [
    "an application is missing",
    "lost",
    (facts) => ({ ...facts, rows: facts.rows.filter(({ parent }) => parent !== "applications") }),
  ],
  [
    "a key is stored twice",
    "duplicated",
    (facts) => ({ ...facts, rows: [...facts.rows, { ...rowOf(facts, 1), number: 7, uid: "uid-7" }] }),
  ],
  ["a uid is stored twice", "duplicated", (facts) => void Object.assign(rowOf(facts, 1), { uid: "uid-2" })],
  [
    "a number is stored twice",
    "duplicated",
    (facts) => ({ ...facts, rows: [...facts.rows, { ...rowOf(facts, 1), key: "key-10", uid: "uid-7" }] }),
  ],
  [
    "a message has another number",
    "renumbered",
    (facts) => void Object.assign(rowOf(facts, 5), { number: 7 }),
  ],
  [
    "an application has another token",
    "renumbered",
    (facts) => void Object.assign(facts.rows[0] ?? {}, { uid: "other" }),
  ],
  ["a content is another", "altered", (facts) => void Object.assign(rowOf(facts, 1), { hash: "other" })],
  [
    "a content and its key are another",
    "altered",
    (facts) => void Object.assign(rowOf(facts, 1), { key: "other", hash: "other" }),
  ],
  [
    "an edit is undone",
    "altered",
    (facts) => void Object.assign(rowOf(facts, 2), { hash: hashOf(text("key-4")) }),
  ],
  [
    "a deletion is undone",
    "altered",
    (facts) =>
      void Object.assign(rowOf(facts, 4), { key: "key-6", hash: hashOf(text("key-6")), state: "live" }),
  ],
  [
    "there is a record that nobody sent",
    "phantom",
    (facts) => ({
      ...facts,
      rows: [...facts.rows, { ...rowOf(facts, 1), number: 7, uid: "uid-7", key: "stranger" }],
    }),
  ],
  [
    "there is a record that was refused",
    "phantom",
    (facts) => ({
      ...facts,
      events: facts.events.map((event) =>
        event.type === "info" ? { ...event, type: "fail", status: 422 } : event,
      ),
    }),
  ],
  [
    "a record is in another parent",
    "phantom",
    (facts) => void Object.assign(rowOf(facts, 6), { parent: "token:2", number: 1 }),
  ],
  ["a number has no row", "holes", (facts) => withoutRow(facts, 4)],
  [
    "numbers of one writer fall",
    "order",
    (facts) => {
      const [one, other] = [rowOf(facts, 1), rowOf(facts, 3)];
      [one.number, other.number] = [3, 1];
      for (const event of facts.events) {
        if (event.type !== "ok" || (event.op !== 3 && event.op !== 5)) continue;
        event.number = event.op === 3 ? 3 : 1;
      }
    },
  ],
  [
    "a legitimate request is refused",
    "refused",
    (facts) => ({ ...facts, events: [...facts.events, { op: 10, at: 99, type: "fail", status: 404 }] }),
  ],
  [
    "a write could not be read back",
    "readYourWrites",
    (facts) => ({ ...facts, events: [...facts.events, { op: 5, at: 99, type: "violation", what: "404" }] }),
  ],
  ["a list lacks a message", "listed", (facts) => ({ ...facts, listed: facts.listed.slice(0, -1) })],
  [
    "a list shows another content",
    "listed",
    (facts) => ({ ...facts, listed: facts.listed.map((one) => ({ ...one, hash: "other" })) }),
  ],
  ["the index lacks a message", "search", (facts) => ({ ...facts, indexed: facts.indexed?.slice(1) })],
  [
    "the index has an old state",
    "search",
    (facts) => ({
      ...facts,
      indexed: facts.indexed?.map((one) => ({ ...one, version: Math.min(one.version, 5) })),
    }),
  ],
  [
    "the index has what is not there",
    "search",
    (facts) => ({ ...facts, indexed: [...(facts.indexed ?? []), { parent: chat, number: 7, version: 9 }] }),
  ],
  [
    "a count is too low",
    "counts",
    (facts) => ({ ...facts, counts: [{ parent: chat, kept: 4, waiting: 0, real: 5 }] }),
  ],
  [
    "two changes of a chat have one number",
    "changes",
    (facts) => void Object.assign(rowOf(facts, 1), { changeNumber: 3 }),
  ],
  ["two records met at one number", "conflicts", (facts) => ({ ...facts, conflicts: 1 })],
];

it.each(defects)("finds that %s", (_, kind, spoil) => {
  const facts = healthy();
  expect(kindsOf(spoil(facts) ?? facts)).toContain(kind);
});

it("takes a void row for an explained hole, and an unanswered edit for either content", () => {
  const facts = healthy();
  const events: Event[] = [
    ...facts.events,
    {
      op: 11,
      at: 98,
      type: "invoke",
      writer: 1,
      act: "edit",
      parent: chat,
      key: "key-3",
      bodyHash: "new",
      target: 1,
    },
    { op: 11, at: 99, type: "info", status: 0 },
  ];
  const rows: Row[] = [
    ...facts.rows,
    { parent: chat, number: 7, uid: "uid-7", key: "", hash: hashOf(""), state: "void", changeNumber: 9 },
  ];
  const indexed = [...(facts.indexed ?? []), { parent: chat, number: 7, version: 9 }];
  expect(judge({ ...facts, events, rows, indexed })).toMatchObject({ voids: 1, recovered: 1 });
  expect(kindsOf({ ...facts, events, rows, indexed })).toEqual([]);
  const first = rows.find(({ parent, number }) => parent === chat && number === 1);
  Object.assign(first ?? {}, { hash: "new" });
  expect(kindsOf({ ...facts, events, rows, indexed })).toEqual(["listed"]);
});
