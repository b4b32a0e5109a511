/** The operator at the console: signing in, looking, making an application, and mending, as seen from outside. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import { bearer } from "../support/ask.ts";
import { createVisitors } from "../support/browser.ts";
import { startHouse } from "../support/house.ts";
import { expectNoFaults, expectNoOverflow } from "./accessibility.ts";

const run = promisify(execFile);
const operatorKey = "an-operator-key-of-more-than-32-characters";
const house = startHouse({
  realtimeServices: 1,
  proxied: ["read-elasticsearch"],
  env: { PARLEY_BIND: "0.0.0.0", OPERATOR_KEY: operatorKey, OPEN_APPLICATIONS: "true" },
});
const { client } = house;
const visit = createVisitors(() => house.world.url);

async function signIn(page: Page): Promise<void> {
  await page.getByLabel("Operator key").fill(operatorKey);
  await page.getByRole("form", { name: "As the operator" }).getByRole("button").click();
  await page.getByRole("navigation", { name: "Console" }).waitFor();
}
const goTo = (page: Page, link: string): Promise<void> =>
  page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: link }).click();
const light = (page: Page, store: string): Locator =>
  page.getByRole("region", { name: "Stores" }).getByRole("listitem").filter({ hasText: store });

describe("signing in", () => {
  it("tells what is refused: no key, a wrong one, an unknown application, a wrong secret", async () => {
    const { token } = await client.anApplication("Garden");
    const { page } = await visit("/console");
    const operator = page.getByRole("form", { name: "As the operator" });
    await operator.getByRole("button").click();
    await operator.getByRole("alert").getByText("This needs the operator key").waitFor();
    await operator.getByLabel("Operator key").fill(operatorKey.slice(1));
    await operator.getByRole("button").click();
    await operator.getByRole("alert").getByText("the one given is not it").waitFor();
    const application = page.getByRole("form", { name: "With one application" });
    await application.getByLabel("Application token").fill("nothing");
    await application.getByLabel("Application secret").fill("x");
    await application.getByRole("button").click();
    await application.getByRole("alert").getByText("No application has this token.").waitFor();
    await application.getByLabel("Application token").fill(token);
    await application.getByRole("button").click();
    await application.getByRole("alert").getByText("the one given is not it").waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  it("by an application's secret shows this one with its private chats, and no other", async () => {
    const { token, secret } = await client.anApplication("Garden");
    await house.ask("POST", `/${token}/chats`, { chat_name: "Board", private: true }, bearer(secret));
    const { page } = await visit("/console");
    await page.getByLabel("Application token").fill(token);
    await page.getByLabel("Application secret").fill(secret);
    await page.getByRole("form", { name: "With one application" }).getByRole("button").click();
    await page.getByRole("heading", { name: "Garden" }).waitFor();
    await page.getByRole("link", { name: "Board" }).click();
    await page.getByText("No message yet").waitFor();
    await page.goto("/console/parked");
    await page.getByRole("heading", { name: "Garden" }).waitFor();
    expect(await page.getByRole("link", { name: "Applications" }).count()).toBe(0);
  });

  it("ends with signing out, and with the tab", async () => {
    const { page, context } = await visit("/console");
    await signIn(page);
    await page.reload();
    await page.getByRole("region", { name: "Stores" }).waitFor();
    const other = await context.newPage();
    await other.goto("/console");
    await other.getByLabel("Operator key").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Operator key").waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });
});

it("makes an application whose lines work in a terminal, and shows what came of them", async () => {
  const { page, complaints, elsewhere } = await visit("/console");
  await signIn(page);
  await page.getByText("No alarms").waitFor();
  await goTo(page, "Applications");
  await page.getByRole("button", { name: "New application" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("<b>Orchard</b>");
  await page.getByRole("button", { name: "Create" }).click();
  const dialog = page.getByRole("dialog");
  const secret = await dialog.getByRole("textbox", { name: "Secret, for its server alone" }).inputValue();
  for (const label of ["Create a chat", "Send a message", "Send a message", "List messages"]) {
    const line = await dialog.locator(`pre[aria-label="${label}"]`).innerText();
    expect((await run("sh", ["-c", line])).stdout).not.toContain("/problems/");
  }
  await dialog.getByRole("link", { name: "Open it" }).click();
  await page.getByRole("heading", { name: "<b>Orchard</b>" }).waitFor();
  expect(await page.content()).not.toContain(secret);
  await page.getByRole("link", { name: "General" }).click();
  await page.getByText("No number is missing from 1 to 2.").waitFor();
  await page.getByText("all through 2 of 2").waitFor();
  await page.getByRole("img", { name: "Numbers 1 to 2" }).waitFor();
  await goTo(page, "Overview");
  await page.getByRole("img", { name: /^Messages accepted: at most (0\.[1-9]|[1-9])/ }).waitFor();
  await goTo(page, "Applications");
  await page.getByLabel("Find by name or token").fill("orchard");
  await page.getByRole("link", { name: "<b>Orchard</b>" }).waitFor();
  await page.getByLabel("Find by name or token").fill("nothing like it");
  await page.getByText("No application is called so.").waitFor();
  expect([complaints, elsewhere]).toEqual([[], []]);
}, 40_000);

it("shows a parked record, and stores it once the cause is mended", async () => {
  const { token } = await client.anApplication("Garden");
  const chat = await client.aChat(token, "Roses");
  const { db } = house.world;
  const { page } = await visit("/console/parked");
  await signIn(page);
  await page.getByText("Nothing is parked.").waitFor();
  await db.raw("ALTER TABLE messages MODIFY content varchar(20) NOT NULL");
  await client.send(token, chat, "much too long for so little");
  await page.getByRole("navigation").getByText("1", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByText(`Message 1 of chat ${chat}`).waitFor();
  await page.getByRole("button", { name: "Store it now" }).click();
  await page.getByText("It still cannot be stored.").waitFor();
  await page.goto(`/console/applications/${token}/chats/${chat}`);
  await page.getByText("1 (1)").waitFor();
  await goTo(page, "Parked");
  await db.raw("ALTER TABLE messages MODIFY content mediumtext NOT NULL");
  await page.getByRole("button", { name: "Store it now" }).click();
  await page.getByText("It is stored now.").waitFor();
}, 40_000);

it.each(["light", "dark"] as const)(
  "has no serious fault for assistive technology, nor on a narrow screen, in %s colours",
  async (colorScheme) => {
    const { token } = await client.anApplication("A name that is longer than a narrow screen can show");
    const chat = await client.aChat(token, "x".repeat(200));
    for (const text of ["one", "two"]) await client.send(token, chat, text);
    const { page } = await visit("/console", { colorScheme, viewport: { width: 360, height: 640 } });
    await page.getByLabel("Operator key").waitFor();
    await expectNoFaults(page);
    await signIn(page);
    const pages: [path: string, shown: string][] = [
      ["", "Traffic per second"],
      ["/applications", "longer than a narrow screen"],
      [`/applications/${token}`, "From a terminal"],
      [`/applications/${token}/chats/${chat}`, "No number is missing"],
      ["/parked", "Nothing is parked."],
    ];
    for (const [path, shown] of pages) {
      await page.goto(`/console${path}`);
      await page.getByText(shown).first().waitFor();
      await expectNoFaults(page);
      await expectNoOverflow(page);
    }
  },
  40_000,
);

/** The last one, since read-service is another one afterwards. */
it("tells what is away: a store, and read-service; on the machine itself nobody needs a key", async () => {
  const { page } = await visit("/console");
  await signIn(page);
  const proxy = house.world.proxy("read-elasticsearch");
  await light(page, "Elasticsearch").getByText("answers", { exact: true }).waitFor();
  proxy.refuse();
  await light(page, "Elasticsearch").getByText("does not answer").waitFor();
  proxy.heal();
  await light(page, "Elasticsearch").getByText("answers", { exact: true }).waitFor();
  const [read] = house.world.reads;
  await read?.kill();
  await page.getByRole("alert").getByText("read-service does not answer.").waitFor();
  const { page: late } = await visit("/console");
  await late.getByRole("alert").getByText("read-service does not answer.").waitFor();
  await read?.start({ PARLEY_BIND: "127.0.0.1" });
  await page.getByRole("alert").waitFor({ state: "detached" });
  await late.getByRole("button", { name: "Try again" }).click();
  await late.getByText("No alarms").waitFor();
}, 60_000);
