/** People at real browsers: the distribution's Chromium, and of each page what it complained about and whom it asked. */
import { afterAll, afterEach, beforeAll } from "@jest/globals";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { program } from "../../scripts/servers/programs.ts";

const patienceMs = 15_000;

/** For root, too, who is asked for it. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: program("chromium"), args: ["--no-sandbox"] });

export type Visitor = {
  page: Page;
  context: BrowserContext;
  /** Errors of scripts, and what the content security policy has refused. */
  complaints: string[];
  /** Addresses that are not those of the product. */
  elsewhere: string[];
};

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

  return async (path = "/", options: Parameters<Browser["newContext"]>[0] = {}): Promise<Visitor> => {
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
      if (!request.url().startsWith(url())) elsewhere.push(request.url());
    });
    await page.goto(path);
    return { page, context, complaints, elsewhere };
  };
}
