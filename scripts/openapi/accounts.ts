/** Registering, logging in, and sessions. */
import { application, type Area, type CallerKind } from "./operation.ts";

const everybody: readonly CallerKind[] = ["guest"];

export const accounts: Area = {
  tag: "Accounts",
  description: "Registering, logging in, and sessions.",
  addresses: {
    [`${application}/register`]: {
      post: {
        id: "register",
        summary: "Makes oneself a user.",
        who: everybody,
        body: {
          schema: "NewAccount",
          example: { username: "zoe", password: "correct horse battery", display_name: "Zoë" },
        },
        reply: { status: 201, schema: "User" },
        problems: ["username-taken"],
      },
    },
    [`${application}/login`]: {
      post: {
        id: "login",
        summary: "Gives an access token and a refresh token.",
        description: "Failed logins make the next one wait (429).",
        who: everybody,
        body: { schema: "Credentials", example: { username: "ann", password: "correct horse battery" } },
        reply: { status: 200, schema: "Login" },
        problems: ["login-failed", "user-deleted", "too-many-requests"],
      },
    },
    [`${application}/token/renew`]: {
      post: {
        id: "renewTokens",
        summary: "Gives the next tokens. A refresh token that was used before ends its session.",
        who: everybody,
        body: { schema: "Renewal", example: { refresh_token: "5b1c0b7e-….1.kX3…" } },
        reply: { status: 200, schema: "Login" },
        problems: ["refresh-token-invalid"],
      },
    },
    [`${application}/logout`]: {
      post: {
        id: "logout",
        summary: "Ends the session of the access token, or of the refresh token that is given.",
        who: ["user", "guest"],
        body: { schema: "Logout", example: { refresh_token: "5b1c0b7e-….1.kX3…" }, isOptional: true },
        reply: { status: 204 },
        problems: ["refresh-token-invalid"],
      },
    },
    [`${application}/sessions`]: {
      get: {
        id: "listSessions",
        summary: "Lists the caller's sessions.",
        who: ["user"],
        reply: { status: 200, schema: ["Session"] },
      },
    },
    [`${application}/sessions/{session_id}`]: {
      delete: {
        id: "deleteSession",
        summary: "Ends one of the caller's sessions.",
        who: ["user"],
        reply: { status: 204 },
      },
    },
    "/.well-known/jwks.json": {
      get: {
        id: "getPublicKeys",
        summary: "The public keys of access tokens.",
        who: everybody,
        reply: { status: 200, schema: "PublicKeys" },
      },
    },
  },
};
