/** `npm run demo`: fills a Parley that runs with people and what they write, through its public API; `-- --messages 2000`. */
import { parseArgs } from "node:util";
import { findOperatorKey, findParley } from "../find-parley.ts";
import { createBar } from "../progress.ts";
import { planNeighbourhood } from "./neighbourhood.ts";
import { countLines, type DemoApplication } from "./plan.ts";
import { demoLines, type Shown } from "./show.ts";
import { support } from "./support.ts";
import { travel } from "./travel.ts";
import { writeApplication } from "./write.ts";

const { values } = parseArgs({ options: { messages: { type: "string", default: "2000" } } });

async function run(url: string): Promise<void> {
  const longChat = Number(values.messages);
  if (!Number.isInteger(longChat) || longChat < 0) throw new Error("--messages is to be a number.");
  const operatorKey = findOperatorKey();
  const plans = [planNeighbourhood(longChat), support, travel];
  const total = plans.reduce((sum, plan) => sum + countLines(plan), 0);
  console.log(`Writing ${total} messages to ${url}`);
  const bar = createBar("demo");
  const started = Date.now();
  let [done, firstLine] = [0, 0];
  const onLine = (): void => {
    // Until then people have moved in, which tells nothing of how fast they write.
    firstLine ||= Date.now();
    done += 1;
    const seconds = Math.ceil((((Date.now() - firstLine) / done) * (total - done)) / 1000);
    bar.show(done, total, `${seconds} s left`);
  };
  const write = async (plan: DemoApplication): Promise<Shown> => {
    const { token } = await writeApplication(plan, { url, operatorKey, onLine });
    return { name: plan.name, token, people: plan.people };
  };
  const shown = await Promise.all(plans.map(write));
  bar.clear();
  console.log(`Written in ${Math.round((Date.now() - started) / 1000)} s.\n`);
  for (const line of demoLines(url, shown)) console.log(line);
}

const url = findParley();
try {
  await run(url);
} catch (error) {
  console.error(
    `The demo was not written to ${url}: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
}
