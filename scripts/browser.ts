/** The distribution's Chromium, driven by Playwright: for the specs of the pages, and for the pictures of them. */
import { chromium, type Browser } from "playwright-core";
import { program } from "./servers/programs.ts";

/** Root has to do without its sandbox. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: program("chromium"), args: ["--no-sandbox"] });
