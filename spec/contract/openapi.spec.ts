/** The OpenAPI document is one, and has each method of each address, no more and no less. */
import { describe, expect, it } from "@jest/globals";
import { Validator } from "@seriousme/openapi-schema-validator";
import type { Express, Router } from "express";
import { createDocument } from "../../scripts/openapi/document.ts";
import { createApp as createAccountApp } from "../../services/account-service/src/app.ts";
import { addresses, findAllow } from "../../services/common/src/addresses.ts";
import { createApp as createCreateApp } from "../../services/create-service/src/app.ts";
import { createApp as createReadApp } from "../../services/read-service/src/app.ts";
import { createApp as createRealtimeApp } from "../../services/realtime-service/src/app.ts";

const document = createDocument();

type Found = { method: string; path: string };

/** What no route is asked for while it is only being put together: nothing of it is ever used. */
const unused = (): never => {
  const handler: ProxyHandler<object> = {
    get: (_target, name) => (name === "cors" || name === "defaultToken" ? undefined : nothing),
    apply: () => nothing,
  };
  const nothing: object = new Proxy(() => undefined, handler);
  return nothing as never;
};

/** The routes of an app, nested routers among them. */
function routesOf({ stack }: Pick<Router, "stack">): Found[] {
  return stack.flatMap(({ route, handle }) => {
    if (!route) return "stack" in handle ? routesOf(handle as unknown as Router) : [];
    const { methods } = route as unknown as { methods: Record<string, boolean> };
    return [route.path].flat().flatMap((path) => Object.keys(methods).map((method) => ({ method, path })));
  });
}

const apps: Express[] = [createCreateApp, createReadApp, createAccountApp, createRealtimeApp].map((create) =>
  create(unused()),
);
/** nginx leads nobody to the others. */
const isPublic = ({ path }: Found): boolean => /^\/(api\/|\.well-known\/|ws$)/.test(path);
const routes = apps.flatMap((app) => routesOf(app.router)).filter(isPublic);

/** Each address of the document with something in the place of its parameters. */
const documented = Object.entries(document.paths).map(([path, operations]) => ({
  path: path.replaceAll(/\{\w+\}/g, "7"),
  methods: Object.keys(operations),
}));
/** Where an address of the document is one of a route, as far as methods go. */
function matches(route: Found, path: string): boolean {
  return new RegExp(`^${route.path.replaceAll(".", "\\.").replaceAll(/:\w+/g, "[^/]+")}$`).test(path);
}

describe("the OpenAPI document", () => {
  it("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document) as never)).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  it("has each method of the addresses that are told of with a 405, and no other", () => {
    const told = documented.filter(({ path }) => path.startsWith("/api/"));
    for (const { path, methods } of told) {
      const allow = findAllow(path)?.toLowerCase().split(", ") ?? [];
      expect([path, methods.toSorted()]).toEqual([path, allow.toSorted()]);
    }
    const untold = addresses.filter(([pattern]) => !told.some(({ path }) => pattern.test(path)));
    expect(untold).toEqual([]);
  });

  it("has each route of the services", () => {
    expect(routes.length).toBeGreaterThan(60);
    const missing = routes.filter(
      (route) =>
        !documented.some(({ path, methods }) => matches(route, path) && methods.includes(route.method)),
    );
    expect(missing).toEqual([]);
  });

  it("has nothing that no service has", () => {
    const invented = documented.flatMap(({ path, methods }) =>
      methods
        .filter((method) => !routes.some((route) => route.method === method && matches(route, path)))
        .map((method) => `${method} ${path}`),
    );
    expect(invented).toEqual([]);
  });
});
