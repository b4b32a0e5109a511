/** `npm run pictures`: takes the README's pictures of the pages, of a demo that it writes into the Parley that runs. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { createParley } from "../services/client/src/index.ts";
import { launchBrowser } from "./browser.ts";
import { repository } from "./data-folder.ts";
import { planNeighbourhood } from "./demo/neighbourhood.ts";
import { password } from "./demo/people.ts";
import { writeApplication } from "./demo/write.ts";
import { findOperatorKey, findParley } from "./find-parley.ts";
import { step } from "./progress.ts";
import { installBrowser, installFonts } from "./servers/install.ts";

const folder = join(repository, "services", "web", "pictures");
const size = { width: 1200, height: 760 };
/** Of the long chat. */
const messages = 120;
const restMs = 1500;
/** While the console is looked at. */
const busyMessages = 600;
const busyMs = 20_000;

type Picture = {
  name: string;
  path: string;
  options?: BrowserContextOptions;
  /** What is done before the picture is taken. */
  act?: (page: Page) => Promise<void>;
};

const picturesOf = (application: string): Picture[] => [
  { name: "chat", path: `${application}/chats/1` },
  { name: "search", path: `${application}/search?q=mus`, options: { colorScheme: "dark" } },
  {
    name: "phone",
    path: `${application}/chats/1`,
    options: { viewport: { width: 390, height: 760 }, colorScheme: "dark" },
  },
  {
    name: "console",
    path: "/console",
    act: async (page) => {
      await untilCounted();
      await Promise.all([writeDemo(busyMessages), page.waitForTimeout(busyMs)]);
    },
  },
  { name: "docs", path: "/docs" },
];

async function take(
  browser: Browser,
  url: string,
  picture: Picture,
  storageState: StorageState,
): Promise<void> {
  const { name, path, options, act } = picture;
  const context = await browser.newContext({
    baseURL: url,
    locale: "en-GB",
    viewport: size,
    storageState,
    ...options,
  });
  const page = await context.newPage();
  await page.goto(path);
  await page.waitForTimeout(restMs);
  await act?.(page);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
}
type StorageState = Exclude<BrowserContextOptions["storageState"], undefined>;

/** As if Anna had logged in here before. */
async function logIn(url: string, token: string): Promise<StorageState> {
  const parley = createParley({ url, applicationToken: token });
  const session = await parley.login("anna", password);
  const localStorage = [{ name: `parley.session.${token}`, value: JSON.stringify(session) }];
  return { cookies: [], origins: [{ origin: url, localStorage }] };
}

const url = findParley();
const operatorKey = findOperatorKey();
const writeDemo = (longChat: number) => writeApplication(planNeighbourhood(longChat), { url, operatorKey });

/** Counts follow within a minute. */
async function untilCounted(): Promise<void> {
  const parley = createParley({ url, ...(operatorKey !== undefined && { secret: operatorKey }) });
  while (!(await parley.operator.figures()).contents?.messages) await pause(restMs);
}

await installBrowser();
await installFonts();
mkdirSync(folder, { recursive: true });
const { token } = await step("demo", writeDemo(messages));
const storageState = await logIn(url, token);
const browser = await launchBrowser();
try {
  for (const picture of picturesOf(`/applications/${token}`)) {
    await step(picture.name, take(browser, url, picture, storageState));
  }
} finally {
  await browser.close();
}
