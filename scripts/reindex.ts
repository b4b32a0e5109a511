/** `npm run reindex`: makes the search index anew from MySQL while everything goes on, and then searches that one. */
import { createRebuild, type Progress } from "../services/read-service/src/search/rebuild.ts";
import { createBar } from "./progress.ts";
import { runWithStores, type Stores } from "./stores.ts";

async function run({ db, search, log }: Stores): Promise<number> {
  if (!search) throw new Error("there is no search index to make: set ELASTICSEARCH_URL");
  const started = Date.now();
  let bar: { step: Progress["step"]; shown: ReturnType<typeof createBar> } | undefined;
  const onProgress = ({ step, done, total }: Progress): void => {
    if (bar?.step !== step) {
      bar?.shown.clear();
      console.log(`${step} …`);
      bar = { step, shown: createBar(step) };
    }
    bar.shown.show(done, total);
  };
  try {
    const rebuilt = await createRebuild({ db, search, log, onProgress })();
    bar?.shown.clear();
    if (!rebuilt) throw new Error("another process is making the index: try again when it is done");
    const { name, states, chats } = rebuilt;
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(
      `${name} has ${chats} chats, as MySQL has them, and is searched now: ${states} states in ${seconds} s.`,
    );
    return 0;
  } finally {
    bar?.shown.clear();
  }
}

await runWithStores(run);
