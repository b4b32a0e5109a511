/** MySQL's answer to a COMMIT gets lost with its connection: what was stored is delivered again, and is there once. */
import { expect } from "@jest/globals";
import { waitUntil } from "../support/wait-until.ts";
import { runRow } from "./run-row.ts";

const times = 20;
let lost = 0;

runRow({
  id: "F17",
  title: "the answer to a COMMIT gets lost",
  world: { proxied: ["read-mysql"] },
  async fault({ world, load }) {
    const proxy = world.proxy("read-mysql");
    for (let i = 0; i < times; i += 1) {
      lost = proxy.loseAnswerTo("COMMIT");
      await waitUntil(() => proxy.answersLost() > lost);
      await load.acknowledged(20);
    }
    lost = proxy.answersLost();
  },
  expectations: () => expect(lost).toBe(times),
});
