/** The way of a message: through nginx, from POST over the queue to MySQL, lists and search. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createClient, type Client } from "../support/client.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;
let client: Client;
beforeAll(async () => {
  world = await startWorld();
  client = createClient(world.url);
});
afterAll(() => world.stop());

describe("a message", () => {
  it("is read, listed and found at once, and again when everything is stored and indexed", async () => {
    const { token } = await client.anApplication();
    const chat = await client.aChat(token);
    const sent = await client.send(token, chat, "Grüße aus Köln 👋🏽");
    expect(sent.status).toBe(201);
    expect(sent.body).toEqual({
      type: "message",
      application_token: token,
      chat_number: 1,
      message_number: 1,
      message_content: "Grüße aus Köln 👋🏽",
    });
    const expectEverywhere = async (): Promise<void> => {
      const one = await client.call("GET", `/${token}/chats/1/messages/1`);
      expect(one.body).toMatchObject({ message_number: 1, message_content: "Grüße aus Köln 👋🏽" });
      expect(await client.listAll(`/${token}/chats/1/messages`)).toEqual([one.body]);
      const found = await client.listAll(`/${token}/chats/1/search?q=${encodeURIComponent("USSE AUS KO")}`);
      expect(found).toMatchObject([{ number: 1, content: "Grüße aus Köln 👋🏽" }]);
    };
    await expectEverywhere();
    await world.drained();
    await expectEverywhere();
  });
});
