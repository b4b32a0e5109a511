/** What the pages withstand and cost: hostile text, foreign pages, assistive technology, first load, and long chats. */
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { Redis } from "ioredis";
import { shardOf } from "../../services/common/src/records.ts";
import { createVisitors, loggedIn } from "../support/browser.ts";
import { startHouse } from "../support/house.ts";
import { as, type Person } from "../support/people.ts";
import { waitUntil } from "../support/wait-until.ts";
import { expectNoFaults } from "./accessibility.ts";

const house = startHouse({ realtimeServices: 1 });
const visit = createVisitors(() => house.world.url);
const visitAs = (person: Person, token: string, path: string, more: object = {}) =>
  visit(`/applications/${token}${path}`, { ...loggedIn(house.world.url, token, person), ...more });

async function aGarden(username = "ann") {
  const { token } = await house.client.anApplication("Garden");
  const ann = await house.people.register(token, username, { display_name: "Ann" });
  await house.client.aChat(token, "Roses");
  const send = (text: string) =>
    house.people.must(201, "POST", `/${token}/chats/1/messages`, { message_content: text }, as(ann));
  return { token, ann, send };
}

describe("hostile text", () => {
  const hostile = [
    `<img src=x onerror="window.hacked=1">`,
    `<script>window.hacked=1</script>`,
    `<svg onload="window.hacked=1"></svg>`,
    `javascript:window.hacked=1`,
    `[click](javascript:window.hacked=1) **bold** <b>bold</b>`,
    `https://example.com/"onmouseover="window.hacked=1`,
    `data:text/html,<script>window.hacked=1</script>`,
    `\u202Egnp.exe \u200B\u2066 zero width`,
    `👨‍👩‍👧‍👦 ${"e\u0301".repeat(500)}`,
  ];

  it("is shown as it was written, in names, messages and hits, and runs nothing", async () => {
    const { token, ann, send } = await aGarden();
    const name = `<b>Ann</b> \u202Edlrow`;
    await house.people.must(200, "PATCH", `/${token}/users/1/profile`, { display_name: name }, as(ann));
    await house.people.must(200, "PATCH", `/${token}/chats/1`, { chat_name: `<i>Roses</i> "'&` });
    for (const text of hostile) await send(text);
    const { page, complaints, elsewhere } = await visitAs(ann, token, "/chats/1");
    for (const [i, text] of hostile.entries()) {
      const row = page.getByRole("article", { name: `Message ${i + 1} by` });
      await row.waitFor();
      expect(await row.locator("p").last().innerText()).toBe(text);
    }
    expect(await page.locator("h2 bdi").first().innerText()).toBe(`<i>Roses</i> "'&`);
    const names = page.getByRole("article").first().locator("bdi").first();
    expect([await names.evaluate((node) => node.tagName), await names.innerText()]).toEqual(["BDI", name]);
    expect(await page.locator("log b, log i, log img, log script, log svg[onload]").count()).toBe(0);
    expect(
      await page
        .getByRole("log")
        .getByRole("link", { name: /^https?:/ })
        .evaluateAll((links) =>
          links.map((link) => [(link as HTMLAnchorElement).protocol, (link as HTMLAnchorElement).rel]),
        ),
    ).toEqual([["https:", "noopener noreferrer nofollow"]]);
    await page.goto(`/applications/${token}/search?q=hacked`);
    await waitUntil(async () => (await page.locator("mark").count()) >= 6);
    expect(await page.evaluate(() => "hacked" in window)).toBe(false);
    expect([complaints, elsewhere]).toEqual([[], []]);
  });

  it("could run nothing even if it came into the page", async () => {
    const { page, complaints } = await visit("/");
    await page.evaluate(() => {
      const box = document.createElement("div");
      box.innerHTML = `<img src="/nothing" onerror="window.hacked=1"><p style="color:red">x</p>`;
      document.body.append(box);
      const script = document.createElement("script");
      script.textContent = "window.hacked=1";
      document.body.append(script);
    });
    await waitUntil(() => complaints.length >= 3);
    expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  });
});

describe("a page of another origin", () => {
  it("cannot read the API, frame the client, or open its socket", async () => {
    const { token } = await aGarden();
    const { page } = await visit("/");
    const at = `${house.world.url}/api/applications/${token}`;
    await page.route("http://evil.example.com/**", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: `<iframe id="frame" src="${house.world.url}/"></iframe>`,
      }),
    );
    await page.goto("http://evil.example.com/");
    const tried = await page.evaluate(
      async ([url = "", socket = ""]) => {
        const read = await fetch(url, { credentials: "include" }).then(
          () => "read",
          () => "refused",
        );
        const sent = await fetch(`${url}/chats`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: "{}",
        }).then(
          () => "sent",
          () => "refused",
        );
        const opened = await new Promise((resolve) => {
          const one = new WebSocket(socket);
          one.onopen = () => resolve("opened");
          one.onerror = () => resolve("refused");
        });
        return [read, sent, opened];
      },
      [at, `${house.world.url.replace("http", "ws")}/ws`],
    );
    expect(tried).toEqual(["refused", "refused", "refused"]);
    const frame = page.frames()[1];
    expect(await frame?.evaluate(() => document.getElementById("root") === null).catch(() => true)).toBe(
      true,
    );
    expect((await house.ask("GET", `/${token}/chats`)).body).toHaveLength(1);
  });
});

describe("assistive technology", () => {
  it.each(["light", "dark"] as const)(
    "finds no serious fault on any page, in %s colours",
    async (colorScheme) => {
      const { token, ann, send } = await aGarden();
      const { page } = await visitAs(ann, token, "/", { colorScheme });
      await send("Who waters the roses? https://example.com");
      await send("I do");
      await house.people.must(204, "DELETE", `/${token}/chats/1/messages/2`, undefined, as(ann));
      const pages: [path: string, ready: () => Promise<void>][] = [
        ["/chats/1", () => page.getByRole("article").first().waitFor()],
        ["/search?q=roses", () => page.locator("mark").first().waitFor()],
      ];
      await page.getByText("Choose a chat").waitFor();
      await expectNoFaults(page);
      for (const [path, ready] of pages) {
        await page.goto(`/applications/${token}${path}`);
        await ready();
        await expectNoFaults(page);
      }
      await page.getByRole("button", { name: "Your profile" }).click();
      await page.getByLabel("About you").waitFor();
      await expectNoFaults(page);
      await page.keyboard.press("Escape");
      await page.goto("/");
      await page.getByText("Your applications").waitFor();
      await expectNoFaults(page);
    },
  );

  it("reaches everything by the keyboard alone, also on a narrow screen", async () => {
    const { token, ann } = await aGarden();
    const { page } = await visitAs(ann, token, "/", { viewport: { width: 360, height: 640 } });
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    await page.getByRole("link", { name: "Roses" }).waitFor();
    for (let i = 0; i < 20 && (await focused()) !== "Roses"; i += 1) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("Nobody has written here yet.").waitFor();
    const field = page.getByRole("textbox", { name: "Message", exact: true });
    for (let i = 0; i < 20 && !(await field.evaluate((one) => one === document.activeElement)); i += 1) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.type("by hand");
    await page.keyboard.press("Enter");
    await page.getByRole("article", { name: "Message 1 by" }).waitFor();
    await page.keyboard.press("ArrowUp");
    await page.getByLabel("Edit message 1").waitFor();
    await page.keyboard.type(", twice");
    await page.keyboard.press("Enter");
    await page.getByText("by hand, twice").waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("heading", { name: "Search everything" }).waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});

describe("the first load", () => {
  it("takes 200 KB of packed script at most, cached for ever under its name, the page itself never", async () => {
    const scripts: string[] = [];
    const { page } = await visit("/");
    page.on("request", (request) => request.resourceType() === "script" && scripts.push(request.url()));
    await page.reload();
    await page.getByRole("heading", { name: "Parley" }).waitFor();
    let bytes = 0;
    for (const url of scripts) {
      const reply = await fetch(url);
      expect(reply.headers.get("cache-control")).toContain("immutable");
      expect(reply.headers.get("content-encoding")).toBe("gzip");
      bytes += gzipSync(Buffer.from(await reply.arrayBuffer())).length;
    }
    expect(scripts.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(200_000);
    expect((await fetch(`${house.world.url}/`)).headers.get("cache-control")).toBe("no-cache");
  });
});

describe("a chat of 100,000 messages", () => {
  const many = 100_000;
  const atOnce = 5000;

  /** As if they had been sent: the ledger opens the chat anew from its rows. */
  async function aLongChat(): Promise<{ token: string; ann: Person }> {
    const { token, ann } = await aGarden();
    const { db, stores } = house.world;
    await house.world.drained();
    const [chat] = (await db("chats")
      .join("applications", "applications.id", "chats.application_id")
      .where({ token, number: 1 })
      .select("chats.id")) as { id: number }[];
    for (let first = 1; first <= many; first += atOnce) {
      const rows = Array.from({ length: atOnce }, (_, i) => ({
        chat_id: chat?.id,
        number: first + i,
        change_number: first + i,
        content: `message ${first + i}`,
        created_at: new Date(1_700_000_000_000 + (first + i) * 60_000),
        uid: crypto.randomUUID(),
      }));
      await db.batchInsert("messages", rows, atOnce);
    }
    await db("chats").where({ id: chat?.id }).update({ last_change: many, messages_count: many });
    const redis = new Redis(stores.urls.redis);
    await redis.hdel(`{s${shardOf(token, 4)}}:counters`, `${token}:1`);
    await redis.quit();
    return { token, ann };
  }

  it("is scrolled from its end to its beginning and to any number, and the page stays as small as it was", async () => {
    const { token, ann } = await aLongChat();
    const { page } = await visitAs(ann, token, "/chats/1");
    const log = page.getByRole("log");
    const article = (number: number) =>
      page.getByRole("article", { name: `Message ${number} by`, exact: false });
    const nodes = () => page.evaluate(() => document.getElementsByTagName("*").length);
    await article(many).waitFor();
    const atFirst = await nodes();
    let most = atFirst;
    await log.hover();
    for (let i = 0; i < 40; i += 1) {
      await page.mouse.wheel(0, -3000);
      most = Math.max(most, await nodes());
    }
    await log.focus();
    await page.keyboard.press("Home");
    await article(1).getByText("message 1", { exact: true }).waitFor();
    most = Math.max(most, await nodes());
    await page.getByLabel("Go to message number").fill("54321");
    await page.keyboard.press("Enter");
    await article(54_321).getByText("message 54321").waitFor();
    await page.getByRole("button", { name: "Newest" }).click();
    await article(many).waitFor();
    await page.getByRole("textbox", { name: "Message", exact: true }).fill("one more");
    await page.keyboard.press("Enter");
    await article(many + 1)
      .getByText("one more")
      .waitFor();
    expect(Math.max(most, await nodes())).toBeLessThan(atFirst * 3);
  });
});

describe("the page of the API", () => {
  it("shows every address, asks nobody else, and sends a request", async () => {
    const { page, complaints, elsewhere } = await visit("/docs");
    await page.getByText("Creates an application.").first().click();
    await page.getByRole("button", { name: "Execute" }).first().click();
    await page.locator(".live-responses-table").getByText("201").first().waitFor();
    const document = (await (await fetch(`${house.world.url}/api/openapi.json`)).json()) as { paths: object };
    const operations = Object.values(document.paths).flatMap((path: object) => Object.keys(path));
    expect(await page.locator(".opblock").count()).toBe(operations.length);
    for (const link of await page.getByRole("navigation").getByRole("link").all()) {
      const reply = await fetch(new URL((await link.getAttribute("href")) ?? "", house.world.url));
      expect([await link.innerText(), reply.status]).toEqual([await link.innerText(), 200]);
    }
    expect([complaints, elsewhere]).toEqual([[], []]);
  });
});
