/** The application, chat and message that a path names. */
import { problem, type Problem } from "./problem.ts";
import { commonChat } from "./chat-number.ts";
import { isToken, parseNumber } from "./text.ts";

type Params = Readonly<Record<string, string | string[] | undefined>>;

export function noChat(number: number): Problem {
  return problem("chat-not-found", `This application has no chat ${number}.`);
}

/** @throws Problem application-not-found when it cannot be a token. */
export function parseToken(params: Params): string {
  const token = String(params["token"]);
  if (!isToken(token)) throw problem("application-not-found", "No application has this token.");
  return token;
}

/**
 * `chat` as chat-number.ts has it; a path without one is about the common chat.
 * @throws Problem application-not-found, chat-not-found
 */
export function parseChatPath(params: Params): { token: string; chat: number } {
  const token = parseToken(params);
  if (params["chat"] === undefined || params["chat"] === "common") return { token, chat: commonChat };
  const chat = parseNumber(String(params["chat"]));
  if (chat === undefined) throw problem("chat-not-found", "Chats are numbered 1, 2, 3 …");
  return { token, chat };
}

/** @throws Problem message-not-found */
export function parseMessageNumber(params: Params): number {
  const number = parseNumber(String(params["message"]));
  if (number === undefined) throw problem("message-not-found", "Messages are numbered 1, 2, 3 …");
  return number;
}

/** What is private to others is told of as what does not exist. */
export function noUser(number: number): Problem {
  return problem("user-not-found", `This application has no user ${number}.`);
}

/**
 * The user that a path names; `me` is whoever is calling.
 * @throws Problem application-not-found, user-not-found
 */
export function parseUserPath(params: Params): { token: string; user: number | "me" } {
  const token = parseToken(params);
  if (params["user"] === "me") return { token, user: "me" };
  const user = parseNumber(String(params["user"]));
  if (user === undefined) throw problem("user-not-found", "Users are numbered 1, 2, 3 …");
  return { token, user };
}
