/** A wall clock of its own for a process, to be set while it runs, by libfaketime; what it measures stays true. */
import { globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "./shared-stores.ts";

const [library] = globSync("/usr/lib/{,*/}faketime/libfaketimeMT.so.1");

export const whyNoFakeClock = library ? undefined : "libfaketime is not installed";

export function createFakeClock() {
  const file = join(makeFolder("clock"), "time");
  // Such as "+10m".
  const set = (offset: string): void => writeFileSync(file, `${offset}\n`);
  set("+0");
  const env: NodeJS.ProcessEnv = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    FAKETIME_DISABLE_SHM: "1",
  };
  return { env, set };
}
