/** One walk through the whole product: `PARLEY_URL=http://127.0.0.1 node scripts/journey.ts`. */
import { deepStrictEqual } from "node:assert";
import { readFileSync } from "node:fs";

const applications = `${process.env["PARLEY_URL"] ?? "http://127.0.0.1"}/api/applications`;
const patienceMs = 60_000;

type Json = Record<string, unknown>;
type Request = { method: string; path: string; body?: Json; bearer?: string | undefined };

/** Needed where Parley is served on a public address. */
function readOperatorKey(): string | undefined {
  const file = process.env["OPERATOR_KEY_FILE"];
  return process.env["OPERATOR_KEY"] || (file ? readFileSync(file, "utf8").trim() : undefined);
}

function send({ method, path, body, bearer }: Request): Promise<Response> {
  return fetch(applications + path, {
    method,
    headers: {
      ...(body && { "Content-Type": "application/json" }),
      ...(bearer && { Authorization: `Bearer ${bearer}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(patienceMs),
  });
}

/** What may be repeated is, while the answer is 503: right after a start the numbering may still be opening. */
async function step(what: string, request: Request, status: number): Promise<Json> {
  const mayRepeat = request.method !== "POST" || request.path === "";
  const deadline = Date.now() + patienceMs;
  let response = await send(request);
  while (response.status === 503 && mayRepeat && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    response = await send(request);
  }
  const text = await response.text();
  if (response.status !== status) throw new Error(`${what}: not ${status} but ${response.status} ${text}`);
  console.log(`ok  ${status}  ${what}`);
  return (text === "" ? {} : JSON.parse(text)) as Json;
}

const post = (what: string, path: string, body: Json, status = 201): Promise<Json> =>
  step(what, { method: "POST", path, body, bearer: path === "" ? readOperatorKey() : undefined }, status);
const get = (what: string, path: string, status = 200): Promise<Json> =>
  step(what, { method: "GET", path }, status);
const numbersIn = (list: Json, field: string): unknown[] =>
  Object.values(list).map((one) => (one as Json)[field]);

/** Two users: their names, what is theirs alone, and what they write to each other. */
async function walkWithPeople(one: string): Promise<void> {
  const password = "a password for the journey";
  const logIn = async (username: string): Promise<string> => {
    await post(`register ${username}`, `${one}/register`, { username, password });
    const login = await post(`log ${username} in`, `${one}/login`, { username, password }, 200);
    return String(login["access_token"]);
  };
  const [ann, ben] = [await logIn("ann"), await logIn("ben")];
  const as = (bearer: string, method: string, path: string, body?: Json): Request => ({
    method,
    path: one + path,
    bearer,
    ...(body && { body }),
  });
  const secret = { message_content: "for Ben alone" };
  await step("create a private chat", as(ann, "POST", "/chats", { private: true }), 201);
  await step("write in it", as(ann, "POST", "/chats/2/messages", secret), 201);
  await step("it is not there for others", as(ben, "GET", "/chats/2/messages"), 404);
  await step("bring Ben in", as(ann, "PUT", "/chats/2/members/2"), 200);
  const shown = await step("now he reads it", as(ben, "GET", "/chats/2/messages"), 200);
  deepStrictEqual(numbersIn(shown, "message_content"), ["for Ben alone"]);
  await step("answer Ann in private", as(ben, "POST", "/users/1/messages", secret), 201);
  const own = await step("all that Ann was written", as(ann, "GET", "/users/me/messages"), 200);
  deepStrictEqual(numbersIn(own, "user_number"), [2]);
  await step("write to all", as(ann, "POST", "/messages", { message_content: "hello all" }), 201);
  await post("guests do not", `${one}/messages`, { message_content: "hello" }, 401);
  deepStrictEqual(numbersIn(await get("find users", `${one}/users?query=nn`), "username"), ["ann"]);
  await step("log Ann out", as(ann, "POST", "/logout"), 204);
}

/** Resolves with the first frame of that type. */
function frameOf(socket: WebSocket, type: string): Promise<Json> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no ${type} has come`)), patienceMs);
    socket.addEventListener("message", ({ data }) => {
      const frame = JSON.parse(String(data)) as { type: string; content: Json };
      if (frame.type === "error") reject(new Error(`${type}: ${String(data)}`));
      if (frame.type !== type) return;
      clearTimeout(late);
      resolve(frame.content);
    });
    socket.addEventListener("close", ({ code }) => reject(new Error(`closed with ${code} before ${type}`)));
  });
}

/** What is written comes over a socket at once. */
async function walkWithSocket(token: string, one: string): Promise<void> {
  const socket = new WebSocket(`${applications.replace(/^http(.*)\/api\/applications$/, "ws$1")}/ws`);
  await new Promise((resolve) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", resolve);
  });
  const connected = frameOf(socket, "connect-chat");
  const content = { application_token: token, chat_number: 1 };
  socket.send(JSON.stringify({ type: "connect-chat", content }));
  deepStrictEqual((await connected)["chat_number"], 1);
  const coming = frameOf(socket, "message");
  const sent = await post("send a message", `${one}/chats/1/messages`, { message_content: "live" });
  deepStrictEqual((await coming)["message_number"], sent["message_number"]);
  console.log("ok       it comes over the socket");
  socket.close();
}

async function walk(): Promise<void> {
  const application = await post("create an application", "", { application_name: "Journey" });
  const one = `/${String(application["application_token"])}`;
  const chat = await post("create a chat", `${one}/chats`, { chat_name: "First" });
  deepStrictEqual(chat["chat_number"], 1);
  const messages = `${one}/chats/1/messages`;
  const contents = ["The quick brown fox", "jumps over", "the lazy dog"];
  for (const [i, content] of contents.entries()) {
    const sent = await post(`send message ${i + 1}`, messages, { message_content: content });
    deepStrictEqual(sent["message_number"], i + 1);
  }
  const read = await get("read message 1", `${messages}/1`);
  deepStrictEqual(read["message_content"], contents[0]);
  const list = await get("list, newest first", `${messages}?order=desc`);
  deepStrictEqual(numbersIn(list, "message_number"), [3, 2, 1]);

  const search = `${one}/chats/1/search?q=`;
  deepStrictEqual(numbersIn(await get("search for part of a word", `${search}row`), "number"), [1]);
  const body = { message_content: "leaps über" };
  await step("edit message 2", { method: "PATCH", path: `${messages}/2`, body }, 200);
  const found = await get("search for the edit", `${search}${encodeURIComponent("ÜB")}`);
  deepStrictEqual(numbersIn(found, "number"), [2]);

  await get("unknown message", `${messages}/4`, 404);
  await get("unknown application", "/00000000-0000-4000-8000-000000000000", 404);
  await post("message without content", messages, { message_content: "" }, 422);
  await walkWithPeople(one);
  await walkWithSocket(String(application["application_token"]), one);
  await step("delete message 3", { method: "DELETE", path: `${messages}/3` }, 204);
  await get("read the deleted message", `${messages}/3`, 410);
  const bearer = String(application["application_secret"]);
  await step("delete the application", { method: "DELETE", path: one, bearer }, 204);
  await post("write to the deleted chat", messages, { message_content: "too late" }, 410);
}

try {
  await walk();
  console.log("The journey went well.");
} catch (error) {
  const isAnswered = !(error instanceof TypeError && error.message === "fetch failed");
  console.error(
    isAnswered ? error : `Nothing answers at ${applications}: say where Parley runs in PARLEY_URL.`,
  );
  process.exitCode = 1;
}
