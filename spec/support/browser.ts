/** People at real browsers: the distribution's Chromium, and of each page what it complained about and whom it asked. */
import { afterAll, afterEach, beforeAll } from "@jest/globals";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { launchBrowser } from "../../scripts/browser.ts";
import type { Tokens } from "./people.ts";

const patienceMs = 15_000;

export type Visitor = {
  page: Page;
  context: BrowserContext;
  /** Errors of scripts, and what the content security policy has refused. */
  complaints: string[];
  /** Addresses that are not those of the product. */
  elsewhere: string[];
};

/** The storage of a browser in which somebody has logged in before. */
export const loggedIn = (url: string, token: string, tokens: Tokens): BrowserContextOptions => ({
  baseURL: url,
  storageState: {
    cookies: [],
    origins: [
      { origin: url, localStorage: [{ name: `parley.session.${token}`, value: JSON.stringify(tokens) }] },
    ],
  },
});

/** One browser for a spec file; each visitor has a storage of its own. */
export function createVisitors(url: () => string) {
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  });
  afterAll(() => browser?.close());

  return async (path = "/", options: BrowserContextOptions = {}): Promise<Visitor> => {
    if (!browser) throw new Error("the browser is there from beforeAll on");
    const context = await browser.newContext({ baseURL: url(), locale: "en-GB", ...options });
    contexts.push(context);
    context.setDefaultTimeout(patienceMs);
    const page = await context.newPage();
    const complaints: string[] = [];
    const elsewhere: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
    });
    page.on("request", (request) => {
      const isOwn = new URL(request.url()).origin === new URL(options.baseURL ?? url()).origin;
      if (!isOwn) elsewhere.push(request.url());
    });
    await page.goto(path);
    return { page, context, complaints, elsewhere };
  };
}
