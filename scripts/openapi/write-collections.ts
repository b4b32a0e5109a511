/** Writes what request clients open: the Postman collection, and the `.http` files, into the folder that is named. */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../data-folder.ts";
import type { Document } from "./document.ts";
import { createPostmanCollection } from "./postman.ts";

/** `postman.json`, and `collections/*.http`. */
export function writeCollections(folder: string, document: Document): void {
  mkdirSync(folder, { recursive: true });
  const collection = createPostmanCollection(document);
  writeFileSync(join(folder, "postman.json"), `${JSON.stringify(collection, null, 2)}\n`);
  cpSync(join(repository, "services/web/http"), join(folder, "collections"), { recursive: true });
}
