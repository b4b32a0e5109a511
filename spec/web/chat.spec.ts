/** Two people at two browsers: everything that the chat client does, seen from outside. */
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import { createVisitors, loggedIn } from "../support/browser.ts";
import { startHouse } from "../support/house.ts";
import { as, password, type Person } from "../support/people.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { waitUntil } from "../support/wait-until.ts";

const house = startHouse({ realtimeServices: 1 });
const visit = createVisitors(() => house.world.url);
const visitAs = (person: Person, token: string, path: string, url = house.world.url) =>
  visit(`/applications/${token}${path}`, loggedIn(url, token, person));
const proxies: TcpProxy[] = [];
afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
});

const message = (page: Page, number: number): Locator =>
  page.getByRole("article", { name: `Message ${number} by` });

/** What is seen of the messages, top to bottom, with their numbers. */
async function seen(page: Page): Promise<string[]> {
  const rows = await page.getByRole("log").getByRole("article").all();
  return Promise.all(
    rows.map(
      async (row) =>
        `${await row.getByRole("link", { name: /^#/ }).innerText()} ${await row.locator("p").last().innerText()}`,
    ),
  );
}

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message", exact: true }).fill(text);
  await page.keyboard.press("Enter");
}

async function twoPeople(more: object = {}) {
  const { token, secret } = await house.client.anApplication("Garden");
  const ann = await house.people.register(token, "ann", { display_name: "Ann", ...more });
  const ben = await house.people.register(token, "ben", { display_name: "Ben" });
  return { token, secret, ann, ben };
}

describe("what is refused", () => {
  it("is told in words: a token of nothing, a wrong password, a name that is taken, a chat that there is not", async () => {
    const { token, ann } = await twoPeople();
    const { page } = await visit("/");
    await page.getByLabel("Application token").fill("nothing");
    await page.getByRole("button", { name: "Open", exact: true }).click();
    await page.getByRole("alert").getByText("No application has this token.").waitFor();
    await page.goto(`/applications/${token}`);
    await page.getByLabel("User name").fill("ann");
    await page.getByLabel("Password").fill("not the right one");
    await page.getByRole("button", { name: "Log in" }).last().click();
    await page.getByRole("alert").waitFor();
    await page.getByRole("button", { name: "Register" }).click();
    await page.getByLabel("Password").fill("short");
    await page.getByRole("button", { name: "Register and log in" }).click();
    await page.getByRole("alert").getByText("must have at least 8 characters").waitFor();
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Register and log in" }).click();
    await page.getByRole("alert").getByText("has this name").waitFor();
    const { page: inside } = await visitAs(ann, token, "/chats/7");
    await inside.getByRole("alert").getByText("This application has no chat 7.").waitFor();
    await inside.goto(`/applications/${token}/chats/0`);
    await inside.getByText("There is nothing at this address.").waitFor();
  });
});

describe("two people", () => {
  it("register, make a chat, write, edit and delete, and each sees it at once", async () => {
    const { token } = await house.client.anApplication("Garden");
    const [ann, ben] = [await visit(`/applications/${token}`), await visit(`/?application=${token}`)];
    for (const [visitor, name] of [
      [ann, "Ann"],
      [ben, "Ben"],
    ] as const) {
      const { page } = visitor;
      await page.getByRole("button", { name: "Register" }).click();
      await page.getByLabel("User name").fill(name.toLowerCase());
      await page.getByLabel("Display name").fill(name);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Register and log in" }).click();
      await page.getByText("Choose a chat, or begin one.").waitFor();
    }
    await ann.page.getByRole("button", { name: "New chat" }).click();
    await ann.page.getByLabel("Name").fill("Roses");
    await ann.page.getByRole("button", { name: "Create" }).click();
    await write(ann.page, "Who waters the roses?");
    await message(ann.page, 1).waitFor();
    await ben.page.reload();
    await ben.page.getByRole("link", { name: "Roses" }).click();
    await message(ben.page, 1).getByText("Who waters the roses?").waitFor();
    await ben.page.getByRole("button", { name: "Join" }).click();
    await ben.page.getByRole("textbox", { name: "Message", exact: true }).pressSequentially("I d");
    await ann.page.getByText("Ben is writing …").waitFor();
    await ann.page.getByText("2 people are here").waitFor();
    await write(ben.page, "I do\nTomorrow");
    await message(ann.page, 2).getByText("Tomorrow").waitFor();
    await message(ben.page, 2).hover();
    await message(ben.page, 2).getByRole("button", { name: "Edit" }).click();
    await ben.page.getByLabel("Edit message 2").fill("I do, today");
    await ben.page.keyboard.press("Enter");
    await message(ann.page, 2).getByText("I do, today").waitFor();
    await message(ann.page, 2).getByText("edited").waitFor();
    await message(ann.page, 2).hover();
    expect(await message(ann.page, 2).getByRole("button", { name: "Delete" }).count()).toBe(0);
    ann.page.on("dialog", (dialog) => void dialog.accept());
    await message(ann.page, 1).hover();
    await message(ann.page, 1).getByRole("button", { name: "Delete" }).click();
    await ben.page.getByText("Message 1 was deleted.").waitFor();
    expect([ann.complaints, ben.complaints, ann.elsewhere, ben.elsewhere]).toEqual([[], [], [], []]);
  });

  it("find what was written, in the chat and in all of it, and go to it", async () => {
    const { token, ann, ben } = await twoPeople();
    for (const name of ["Roses", "Tulips"]) await house.client.aChat(token, name);
    for (const [chat, text] of [
      [1, "Who brings the Straßenkarte?"],
      [2, "Kartenspiel at noon"],
      [2, "no match"],
    ] as const) {
      await house.ask("POST", `/${token}/chats/${chat}/messages`, { message_content: text }, as(ben));
    }
    const { page } = await visitAs(ann, token, "/");
    await page.getByRole("searchbox", { name: "Search all messages" }).fill("karte");
    await page.keyboard.press("Enter");
    const found = page.getByRole("list", { name: "Found" });
    await waitUntil(async () => (await found.locator("mark").allInnerTexts()).join() === "Karte,karte");
    await found.getByText("Straßen").click();
    await message(page, 1).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/applications/${token}/chats/1/messages/1`);
    await page.goto(`/applications/${token}/chats/2/search`);
    await page.getByLabel("Find").fill("karte");
    await page.getByLabel("Match").selectOption("contains");
    await page.keyboard.press("Enter");
    await waitUntil(async () => (await found.locator("mark").allInnerTexts()).join() === "Karte");
  });

  it("lose the network, go on writing, and see in the end the same, once and in order", async () => {
    const { token, ann, ben } = await twoPeople();
    await house.client.aChat(token, "Roses");
    const proxy = await startTcpProxy(Number(new URL(house.world.url).port));
    proxies.push(proxy);
    const [one, other] = [
      await visitAs(ann, token, "/chats/1", `http://127.0.0.1:${proxy.port}`),
      await visitAs(ben, token, "/chats/1"),
    ];
    await write(one.page, "before");
    await message(other.page, 1).waitFor();
    proxy.refuse();
    await one.page.getByText("There is no connection.").waitFor();
    await write(one.page, "while it was away");
    await one.page.getByText("sending …").waitFor();
    await write(other.page, "from the other side");
    await message(other.page, 2).waitFor();
    await write(one.page, "and again");
    proxy.heal();
    const all = ["#1 before", "#2 from the other side", "#3 while it was away", "#4 and again"];
    for (const { page } of [one, other]) {
      await waitUntil(async () => expect(await seen(page)).toEqual(all) === undefined, 40_000);
    }
    await waitUntil(async () => (await one.page.getByText("There is no connection.").count()) === 0);
  });

  it("write to each other alone, and see what is unread", async () => {
    const { token, ann, ben } = await twoPeople();
    const [one, other] = [await visitAs(ann, token, "/"), await visitAs(ben, token, "/")];
    await one.page.getByRole("button", { name: "Write to somebody" }).click();
    await one.page.getByLabel("Name, or a part of it").fill("en");
    await one.page.getByRole("button", { name: /^Ben/ }).click();
    await write(one.page, "psst");
    await message(one.page, 1).waitFor();
    const entry = other.page.getByRole("link", { name: /^Ann 1 unread/ });
    await entry.click();
    await message(other.page, 1).getByText("psst").waitFor();
    await one.page.getByText("is here now").waitFor();
    await other.page.getByRole("link", { name: "Common chat" }).click();
    await write(other.page, "Hello all");
    await message(other.page, 1).getByText("Hello all").waitFor();
    await waitUntil(async () => (await other.page.getByText("unread").count()) === 0);
  });
});

describe("what somebody has begun", () => {
  it("is kept, where it could not be sent: over a reload, and sent once when that can be done", async () => {
    const { token, ann } = await twoPeople();
    await house.client.aChat(token, "Roses");
    const { page } = await visitAs(ann, token, "/chats/1");
    await write(page, "first");
    await message(page, 1).waitFor();
    const [realtime] = house.world.realtimes;
    await realtime?.kill();
    await page.getByText("There is no connection.").waitFor();
    await write(page, "second");
    await page.getByText("sending …").waitFor();
    await page.reload();
    await page.getByText("There is no connection.").waitFor();
    await realtime?.start();
    await message(page, 2).getByText("second").waitFor({ timeout: 40_000 });
    await page.reload();
    await message(page, 2).waitFor();
    expect(await seen(page)).toEqual(["#1 first", "#2 second"]);
  });

  it("is kept: a draft over a reload, a session over another tab, a colour in the profile", async () => {
    const { token, ann } = await twoPeople();
    await house.client.aChat(token, "Roses");
    const { page, context } = await visitAs(ann, token, "/chats/1");
    await page.getByRole("textbox", { name: "Message", exact: true }).fill("half a sen");
    await page.reload();
    await waitUntil(
      async () =>
        (await page.getByRole("textbox", { name: "Message", exact: true }).inputValue()) === "half a sen",
    );
    await page.getByRole("button", { name: "Your profile" }).click();
    await page.getByLabel("About you").fill("I water the roses.");
    await page.getByLabel("Colour", { exact: true }).fill("#1e90ff");
    await page.getByRole("button", { name: "Save" }).click();
    await waitUntil(async () => (await page.getByRole("dialog").count()) === 0);
    expect((await house.ask("GET", `/${token}/users/1/profile`)).body).toMatchObject({
      colour: "#1e90ff",
      description: "I water the roses.",
    });
    const second = await context.newPage();
    await second.goto(`/applications/${token}/chats/1`);
    await second.getByRole("button", { name: "Your profile" }).waitFor();
    await second.getByRole("button", { name: "Log out" }).click();
    await second.getByLabel("Password").waitFor();
    await page.reload();
    await page.getByLabel("Password").waitFor();
  });
});
