/** The disk under each store is full for a while: what cannot be written is refused, and nothing acknowledged is lost. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { whyNoDisk } from "../support/small-disk.ts";
import type { StoreName } from "../support/world-stores.ts";
import { describeFailures } from "./requests.ts";
import { runRow, type Scene } from "./run-row.ts";

/** `notice`: what the store says of it in its log. */
type Disk = { store: StoreName; sizeMb: number; leftMb: number; log: string; notice: RegExp };
const disks: Disk[] = [
  { store: "redis", sizeMb: 128, leftMb: 0, log: "redis.log", notice: /AOF write error/ },
  { store: "mysql", sizeMb: 256, leftMb: 0, log: "mariadb.log", notice: /is full|error 28/ },
  // Below 50 MB it raises its alarm.
  { store: "rabbitmq", sizeMb: 256, leftMb: 16, log: "rabbitmq.log", notice: /disk resource limit alarm/ },
  { store: "elasticsearch", sizeMb: 128, leftMb: 0, log: "elasticsearch.log", notice: /No space left/ },
];
const lacking = whyNoDisk();

const diskOf = ({ world }: Scene, store: StoreName) => world.ownStore(store).disk;

for (const { store, sizeMb, leftMb, log, notice } of disks) {
  runRow({
    id: `F28 ${store}`,
    title: `the disk under ${store} is full`,
    lacking,
    world: { own: [store], diskMb: { [store]: sizeMb }, supervised: true },
    fault: (scene) => diskOf(scene, store)?.fill(leftMb),
    async heal(scene) {
      const own = scene.world.ownStore(store);
      // What an operator does after making room; some stores have ended by themselves, and are back.
      diskOf(scene, store)?.free();
      await own.revived();
      await own.restart();
    },
    expectations({ world, failures }) {
      expect(readFileSync(join(world.dataFolder, "logs", log), "utf8")).toMatch(notice);
      // No reply, or a 503.
      expect(describeFailures(failures.filter(({ status }) => status !== 0 && status !== 503))).toEqual([]);
    },
  });
}
