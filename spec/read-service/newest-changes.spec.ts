import { expect, it } from "@jest/globals";
import { newestChanges } from "../../services/read-service/src/newest-changes.ts";

it("keeps the highest change of each chat, whichever comes last, and from where on all of them tell", () => {
  const change = (chat: number, changeNumber: number) => ({ token: "t", chat, changeNumber });
  const newest = newestChanges([
    change(1, 7),
    change(2, 3),
    { ...change(1, 5), after: 2 },
    change(2, 4),
    change(3, 1),
  ]);
  expect([...newest]).toEqual([
    ["t:1", { ...change(1, 7), after: 2 }],
    ["t:2", { ...change(2, 4), after: 2 }],
    ["t:3", change(3, 1)],
  ]);
});
