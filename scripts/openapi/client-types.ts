/** The client's types as the OpenAPI document has them; `npm run api-types` writes them into its sources. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { format, resolveConfig } from "prettier";
import { repository } from "../data-folder.ts";
import { createDocument, type Document } from "./document.ts";

export const clientTypes = join(repository, "services", "client", "src", "api-types.ts");
const generator = join(repository, "services", "client", "node_modules", ".bin", "openapi-typescript");

type Operations = Document["paths"][string];

/** Schemas and queries: the client has functions of its own, so the rest would only be long. */
function reduce({ paths, components: { schemas, parameters }, ...document }: Document) {
  const withQuery = (operations: Operations) =>
    Object.fromEntries(
      Object.entries(operations)
        .filter(([, { parameters: all }]) => all.some((one) => "in" in one))
        .map(([method, operation]) => [method, { ...operation, responses: {} }]),
    );
  return {
    ...document,
    paths: Object.fromEntries(
      Object.entries(paths)
        .map(([path, operations]) => [path, withQuery(operations)] as const)
        .filter(([, operations]) => Object.keys(operations).length > 0),
    ),
    components: { schemas, parameters },
  };
}

export async function createClientTypes(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "parley-openapi-"));
  try {
    const file = join(folder, "openapi.json");
    writeFileSync(file, JSON.stringify(reduce(createDocument())));
    const { stdout } = await promisify(execFile)(generator, [file, "--default-non-nullable=false"]);
    const head = "/** Generated from the OpenAPI document by `npm run api-types`. */\n";
    const body = stdout.replace(/^\/\*\*[^]*?\*\/\n/, "");
    return await format(head + body, { ...(await resolveConfig(clientTypes)), parser: "typescript" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) writeFileSync(clientTypes, await createClientTypes());
