/** Runs a Postman collection from top to bottom, with as much of Postman's `pm` as its tests use. */
import { deepStrictEqual, ok } from "node:assert";
import { randomUUID } from "node:crypto";
import { runInNewContext } from "node:vm";
import type { Item } from "../../scripts/openapi/postman-item.ts";
import type { Collection } from "../../scripts/openapi/postman.ts";
import { patientFetch } from "./patient-fetch.ts";

export type PostmanRun = { requests: number; tests: number; failures: string[] };
type Reply = { status: number; text: string };
type Variables = Map<string, string>;

export async function runPostman(
  collection: Collection,
  given: Readonly<Record<string, string>>,
): Promise<PostmanRun> {
  const variables: Variables = new Map(collection.variable.map(({ key, value }) => [key, value]));
  for (const [key, value] of Object.entries(given)) variables.set(key, value);
  const run: PostmanRun = { requests: 0, tests: 0, failures: [] };
  for (const folder of collection.item) {
    for (const item of folder.item) {
      const reply = await send(item, variables);
      run.requests += 1;
      test(item, { reply, variables, run, where: `${folder.name} / ${item.name}` });
    }
  }
  return run;
}

const fill = (text: string, variables: Variables): string =>
  text.replaceAll(/\{\{([^{}]+)\}\}/g, (_, name: string) => {
    const value = name === "$guid" ? randomUUID() : variables.get(name);
    if (value === undefined) throw new Error(`the collection has no {{${name}}}`);
    return value;
  });

async function send({ request }: Item, variables: Variables): Promise<Reply> {
  const { method, url, header, auth, body } = request;
  const parts = url.path.map((part) => {
    const value = part.startsWith(":") ? url.variable.find(({ key }) => `:${key}` === part)?.value : part;
    return encodeURIComponent(fill(value ?? part, variables));
  });
  const given = <T extends { disabled?: boolean }>(all: readonly T[]) => all.filter((one) => !one.disabled);
  const query = given(url.query).map(({ key, value }): [string, string] => [key, fill(value, variables)]);
  const headers = given(header).map(({ key, value }): [string, string] => [key, fill(value, variables)]);
  if (auth.type === "bearer") {
    headers.push(["Authorization", `Bearer ${fill(auth.bearer[0]?.value ?? "", variables)}`]);
  }
  const address = new URL(`${fill(url.host.join("."), variables)}/${parts.join("/")}`);
  address.search = new URLSearchParams(query).toString();
  const response = await patientFetch(address, {
    method,
    headers,
    ...(body && { body: fill(body.raw, variables) }),
  });
  return { status: response.status, text: await response.text() };
}

type Tested = { reply: Reply; variables: Variables; run: PostmanRun; where: string };

function test({ event }: Item, { reply, variables, run, where }: Tested): void {
  const pm = {
    response: {
      code: reply.status,
      json: (): unknown => JSON.parse(reply.text),
      to: { have: { status: (status: number) => deepStrictEqual(reply.status, status) } },
    },
    expect: (all: readonly unknown[]) => ({ to: { include: (one: unknown) => ok(all.includes(one)) } }),
    collectionVariables: { set: (name: string, value: unknown) => variables.set(name, String(value)) },
    test: (title: string, check: () => void): void => {
      run.tests += 1;
      try {
        check();
      } catch {
        run.failures.push(`${where}: ${title}, but ${reply.status} ${reply.text}`);
      }
    },
  };
  for (const { script } of event) runInNewContext(script.exec.join("\n"), { pm });
}
