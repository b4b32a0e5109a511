/** A Postman collection of the OpenAPI document, in such an order that all of it can be run from top to bottom. */
import type { Document } from "./document.ts";
import { presentItem, type Changes, type Item } from "./postman-item.ts";

type Folder = { name: string; description: string; item: Item[] };
export type Collection = {
  info: { name: string; description: string; schema: string };
  variable: { key: string; value: string }[];
  item: Folder[];
};

const variables = {
  baseUrl: "http://127.0.0.1",
  operatorKey: "the-operator-key",
  token: "",
  secret: "",
  accessToken: "",
  refreshToken: "",
  session: "",
};

const password = "correct horse battery";
const ofTokens = { accessToken: "reply.access_token", refreshToken: "reply.refresh_token" };
const keeps: Record<string, Record<string, string>> = {
  login: ofTokens,
  renewTokens: ofTokens,
  createTokens: ofTokens,
  createSecret: { secret: "reply.application_secret" },
  // Another than the present one, which is still needed.
  listSessions: { session: "(reply.find((one) => !one.current) ?? reply[0]).session_id" },
};

/** What the examples of the others are about: Ann is user 1, Ben user 2, and chat 1 is theirs. */
const start: readonly (readonly [operationId: string, changes: Changes])[] = [
  [
    "createApplication",
    {
      name: "Creates an application of your own",
      keeps: { token: "reply.application_token", secret: "reply.application_secret" },
    },
  ],
  ["register", { name: "Ann registers", body: { username: "ann", password, display_name: "Ann" } }],
  ["register", { name: "Ben registers", body: { username: "ben", password, display_name: "Ben" } }],
  ["login", { name: "Ann logs in", keeps: ofTokens }],
  ["createChat", { name: "Creates chat 1" }],
  ["putMember", { name: "Ann owns it", by: "applicationSecret", body: { role: "owner" }, at: { user: 1 } }],
  [
    "putMember",
    { name: "Ben owns it, too", by: "applicationSecret", body: { role: "owner" }, at: { user: 2 } },
  ],
  ["sendMessage", { name: "Sends message 1", body: { message_content: "Good morning from Köln" } }],
  ["sendCommonMessage", { name: "Sends message 1 of the common chat" }],
  ["sendDirectMessage", { name: "Sends message 1 to Ben" }],
];

/** What takes away what others need, the least first. */
const end = [
  "blockUser",
  "unblockUser",
  "deleteDirectMessage",
  "deleteCommonMessage",
  "deleteMessage",
  "deleteMember",
  "deleteProfile",
  "deleteSession",
  "logout",
  "deleteUser",
  "deleteChat",
  "createSecret",
  "deleteApplication",
];

export function createPostmanCollection(document: Document): Collection {
  const found = new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [operation.operationId, { path, method, operation }] as const,
      ),
    ),
  );
  // A collection has no sockets.
  found.delete("openSocket");
  const present = (id: string, changes: Changes = {}): Item => {
    const one = found.get(id);
    if (!one) throw new Error(`the document has no ${id}`);
    return presentItem(document, one, { keeps: keeps[id] ?? {}, ...changes });
  };
  const folders = document.tags.map(({ name, description }) => {
    const ids = [...found.keys()].filter((id) => found.get(id)?.operation.tags.includes(name));
    return { name, description, item: ids.filter((id) => !end.includes(id)).map((id) => present(id)) };
  });
  return {
    info: {
      name: document.info.title,
      description: document.info.description,
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    variable: Object.entries(variables).map(([key, value]) => ({ key, value })),
    item: [
      {
        name: "Start here",
        description:
          "An application with two users, a chat and messages, which the other requests are about.",
        item: start.map(([id, changes]) => present(id, changes)),
      },
      ...folders.filter(({ item }) => item.length > 0),
      {
        name: "Ending",
        description: "What takes away what the other requests need.",
        // By the secret where it may, since a user's tokens end here.
        item: end.map((id) => present(id, { by: "applicationSecret" })),
      },
    ],
  };
}
