/** Builds the pages, and writes beside them what they show of the API, for programs. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { createDocument } from "./openapi/document.ts";
import { writeCollections } from "./openapi/write-collections.ts";

/** @param source the folder of services/web, `folder` the one that is made */
export async function buildPages(source: string, folder: string): Promise<void> {
  await build({
    root: source,
    configFile: join(source, "vite.config.ts"),
    logLevel: "warn",
    build: { outDir: folder },
  });
  const document = createDocument();
  mkdirSync(join(folder, "api"));
  writeFileSync(join(folder, "api", "openapi.json"), JSON.stringify(document));
  writeCollections(join(folder, "docs"), document);
}
