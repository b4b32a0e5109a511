/** The unprivileged system user that servers run as when root starts them, and the folders it owns. */
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";

const NAME = "parley";

export interface Account {
  uid: number;
  gid: number;
  name: string;
}

let account: Account | undefined;

/** Undefined when not root: servers then run as whoever started them. */
export function serverAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  account ??= findAccount() ?? createAccount();
  return account;
}

function findAccount(): Account | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync("id", [flag, NAME], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
    return { uid: id("-u"), gid: id("-g"), name: NAME };
  } catch {
    return undefined;
  }
}

function createAccount(): Account {
  execFileSync("useradd", [
    "--system",
    "--user-group",
    "--no-create-home",
    "--shell",
    "/usr/sbin/nologin",
    NAME,
  ]);
  const created = findAccount();
  if (!created) throw new Error(`The system user "${NAME}" could not be created.`);
  return created;
}

/** Makes a folder that only the server's account may look into. */
export function ownFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const owner = serverAccount();
  if (owner) chownSync(folder, owner.uid, owner.gid);
  return folder;
}

/** Writes a configuration file that only the server's account may read, as it may hold a password. */
export function ownFile(path: string, text: string): string {
  writeFileSync(path, text, { mode: 0o600 });
  const owner = serverAccount();
  if (owner) chownSync(path, owner.uid, owner.gid);
  return path;
}
