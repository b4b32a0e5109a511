/** A chat's documents go from every index, also from one that does not show yet what was written to it. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { v4 as uuid } from "uuid";
import type { StoredMessage } from "../../services/read-service/src/queries/messages.ts";
import { connectSearch, type SearchIndex } from "../../services/read-service/src/search/connect.ts";
import { quiet } from "../support/stores.ts";
import { deleteIndexes } from "../support/world.ts";
import { upTo } from "../support/writers.ts";

const url = process.env["TEST_ELASTICSEARCH_URL"] ?? "";
const withIndex = url === "" ? it.skip : it;
const name = `spec-${process.pid}-deleted`;
const settings = { shards: 1, replicas: 0, refreshMs: 60_000 };

let search: SearchIndex;
beforeAll(() => {
  search = connectSearch({ url, name, log: quiet, ...settings });
});
afterAll(async () => {
  await search.stop();
  if (url !== "") await deleteIndexes(url, `${name}-*`);
});

const aChat = (id: number) => ({ id, number: id, applicationId: 1, audience: "open" as const });
const aMessage = (number: number): StoredMessage => ({
  number,
  content: `message ${number}`,
  changeNumber: number,
  state: "live",
  createdAt: new Date(),
  version: 0,
  uid: uuid(),
});

withIndex(
  "goes from an index that is being made and from the one that is searched",
  async () => {
    const { indexes } = search;
    const live = await indexes.create([]);
    await indexes.switchTo(live);
    const building = await indexes.create([]);
    const chats = [1, 2].map((id) => ({ chat: aChat(id), messages: upTo(3).map(aMessage), through: 3 }));
    for (const index of [live, building]) {
      await search.at(index).writeStates(chats);
      await search.at(index).writeWatermarks(chats);
    }
    await search.deleteChat(1);
    for (const index of [live, building]) {
      await indexes.refresh(index);
      expect(await search.at(index).sumChecks([1, 2])).toEqual(
        new Map([[2, { count: 3, sum: expect.any(Number) }]]),
      );
      expect(await search.at(index).findWatermarks([1, 2])).toEqual(
        new Map([
          [1, 0],
          [2, 3],
        ]),
      );
    }
  },
  60_000,
);
