/** `npm run rotate-keys`: access tokens are signed with a new key from now on; those that are out stay good. */
import { existsSync, readFileSync, statSync, chownSync } from "node:fs";
import { addAccessKey } from "../services/account-service/src/access-keys.ts";
import { dataFolderPath, replaceFile, secretPath } from "./data-folder.ts";
import { ACCESS_KEYS } from "./native.ts";

const file = process.env["ACCESS_KEYS_FILE"] ?? secretPath(dataFolderPath(), ACCESS_KEYS);
if (existsSync(file)) {
  const { uid, gid } = statSync(file);
  replaceFile(file, addAccessKey(readFileSync(file, "utf8")));
  chownSync(file, uid, gid);
  console.log(
    "Access tokens are signed with a new key from now on. Those signed with the former two stay good.",
  );
} else {
  console.error(`There are no keys yet at ${file}: they are made at the first start.`);
  process.exitCode = 1;
}
