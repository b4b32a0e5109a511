/** User search as a client asks for it, through nginx. */
import type { World } from "../world.ts";
import type { Crowd } from "./people.ts";

export interface Page {
  numbers: number[];
  next: string | undefined;
}

export const searchPath = ({ token }: Crowd, query: string, limit: number): string =>
  `/api/applications/${token}/users?query=${encodeURIComponent(query)}&limit=${limit}`;

/** @throws Error when it is refused */
export async function readPage({ nginx }: World, path: string): Promise<Page> {
  const reply = await fetch(nginx.url + path);
  if (reply.status !== 200) throw new Error(`${path} is answered by ${reply.status}: ${await reply.text()}`);
  const users = (await reply.json()) as { user_number: number }[];
  return {
    numbers: users.map(({ user_number }) => user_number),
    next: /<([^>]+)>; rel="next"/.exec(reply.headers.get("Link") ?? "")?.[1],
  };
}

/** All pages, as their links lead on. */
export async function findAll(world: World, crowd: Crowd, query: string): Promise<number[]> {
  const found: number[] = [];
  for (let next: string | undefined = searchPath(crowd, query, 200); next !== undefined;) {
    const page: Page = await readPage(world, next);
    found.push(...page.numbers);
    ({ next } = page);
  }
  return found;
}
