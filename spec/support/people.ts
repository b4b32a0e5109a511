/** Users as an application's own client has them: registered, logged in, with their tokens. */
import { bearer, type Ask, type HttpReply, type Method } from "./ask.ts";

export const password = "correct horse battery";
let made = 0;

export type Tokens = { access_token: string; refresh_token: string; expires_in: number };
export type Person = Tokens & { number: number; username: string };
export type People = ReturnType<typeof createPeople>;

export function createPeople(ask: Ask) {
  /** Throws unless it is answered with that status. */
  async function must(
    status: number,
    method: Method,
    path: string,
    body?: unknown,
    headers = {},
  ): Promise<HttpReply> {
    const reply = await ask(method, path, body, headers);
    if (reply.status !== status) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply;
  }

  async function logIn(token: string, username: string, secret = password): Promise<Tokens> {
    return (await must(200, "POST", `/${token}/login`, { username, password: secret })).body as Tokens;
  }

  return {
    must,
    logIn,
    /** Somebody new, logged in. */
    async register(token: string, username = `person-${(made += 1)}`, more: object = {}): Promise<Person> {
      const { body } = await must(201, "POST", `/${token}/register`, { username, password, ...more });
      const { user_number: number } = body as { user_number: number };
      return { number, username, ...(await logIn(token, username)) };
    },
    /** A user of the application's own login, by its secret. */
    async mint(
      token: string,
      secret: string,
      username = `person-${(made += 1)}`,
      more: object = {},
    ): Promise<Person> {
      const made = await must(201, "POST", `/${token}/users`, { username, ...more }, bearer(secret));
      const { user_number: number } = made.body as { user_number: number };
      const tokens = await must(201, "POST", `/${token}/users/${number}/token`, undefined, bearer(secret));
      return { number, username, ...(tokens.body as Tokens) };
    },
  };
}

export const as = ({ access_token }: Tokens): Record<string, string> => bearer(access_token);
