/** Writes the OpenAPI document to the file that is named. */
import { writeFileSync } from "node:fs";
import { createDocument } from "./document.ts";

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("Which file? node scripts/openapi/write.ts FILE");
writeFileSync(file, `${JSON.stringify(createDocument(), null, 2)}\n`);
