/** Operations on users and their profiles. */
import { Deletion, SearchPage, UserPage } from "../../services/account-service/src/routes/users.ts";
import { anyone, application, type Area, type CallerKind } from "./operation.ts";

const at = `${application}/users`;
const oneself: readonly CallerKind[] = ["user", "server"];
const reply = { status: 200, schema: "User", headers: ["ETag"] } as const;
const profile = { status: 200, schema: "Profile", headers: ["ETag"] } as const;

const change = {
  description: "A user gives `old_password` with a new `password`, which ends all sessions.",
  who: oneself,
  body: { schema: "ChangedUser", example: { display_name: "Ann B." } },
  matches: true,
  reply,
  problems: ["username-taken", "too-many-requests"],
} as const;
const changeProfile = {
  who: oneself,
  body: { schema: "GivenProfile", example: { display_name: "Ann", colour: "#1e90ff", locale: "pt-BR" } },
  matches: true,
  reply: profile,
} as const;

export const users: Area = {
  tag: "Users",
  description: "The people of an application.",
  addresses: {
    [at]: {
      post: {
        id: "createUser",
        summary: "Makes a user, without a password if need be.",
        who: ["server"],
        body: { schema: "NewUser", example: { username: "zoe", display_name: "Zoë" } },
        reply: { status: 201, schema: "User" },
        problems: ["username-taken"],
      },
      get: {
        id: "listUsers",
        summary: "Lists users by number, or those that `query` finds.",
        description: "`query` and `cursor` do not go together with `after`, `before` and `order`.",
        who: anyone,
        query: UserPage.extend(SearchPage.partial().shape),
        reply: { status: 200, schema: ["User"], headers: ["Link"] },
      },
    },
    [`${at}/username/{username}`]: {
      get: { id: "getUserByName", summary: "Reads the user of a name.", who: anyone, reply },
    },
    [`${at}/{user}`]: {
      get: { id: "getUser", summary: "Reads a user.", who: anyone, reply },
      put: { id: "putUser", summary: "Changes what is given of a user.", ...change },
      patch: { id: "changeUser", summary: "Changes what is given of a user.", ...change },
      delete: {
        id: "deleteUser",
        summary: "Deletes a user and, unless they are to be kept, its messages.",
        who: oneself,
        query: Deletion,
        matches: true,
        reply: { status: 204 },
      },
    },
    [`${at}/{user}/token`]: {
      post: {
        id: "createTokens",
        summary: "Gives tokens as of a login, to the application's own server.",
        who: ["server"],
        reply: { status: 201, schema: "Login" },
      },
    },
    [`${at}/{user}/profile`]: {
      get: { id: "getProfile", summary: "Reads a profile.", who: anyone, reply: profile },
      put: { id: "putProfile", summary: "Puts another profile in its place.", ...changeProfile },
      patch: { id: "changeProfile", summary: "Changes what is given of a profile.", ...changeProfile },
      delete: {
        id: "deleteProfile",
        summary: "Empties a profile.",
        who: oneself,
        matches: true,
        reply: { status: 204, headers: ["ETag"] },
      },
    },
  },
};
