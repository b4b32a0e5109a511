/**
 * Makes the containers' keys and passwords at the first start, and the files that hold them for each program. With --rotate
 * it also makes a new key for access tokens.
 */
import { createHash, randomBytes } from "node:crypto";
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addAccessKey } from "../services/account-service/src/access-keys.ts";

const folder = process.argv[2] ?? "/keys";
/** User ids in the official images: node, and mysql, redis and rabbitmq alike. */
const services = 1000;
const stores = 999;

/** A file is there whole or not at all, and only its owner reads it. */
function write(name: string, text: string, owner: number): void {
  const unfinished = join(folder, `${name}.new`);
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, text, { mode: 0o400, flush: true });
  chownSync(unfinished, owner, owner);
  renameSync(unfinished, join(folder, name));
}

const random = (): string => randomBytes(32).toString("hex");

/** Made once, and the same for ever after: the stores keep their passwords, and secrets are made with the server's key. */
function keep(name: string, owner: number, make = random): string {
  if (!existsSync(join(folder, name))) write(name, make(), owner);
  return readFileSync(join(folder, name), "utf8");
}

/** As RabbitMQ stores it: salt and digest, so that the definitions do not hold the password itself. */
function rabbitmqHash(password: string): string {
  const salt = createHash("sha256").update(`salt:${password}`).digest().subarray(0, 4);
  const digest = createHash("sha256").update(salt).update(password).digest();
  return Buffer.concat([salt, digest]).toString("base64");
}

/** A record is tried until it is stored; left to itself, RabbitMQ 4 would drop it after 20 deliveries. */
function rabbitmqDefinitions(password: string): object {
  const vhost = "/";
  return {
    vhosts: [{ name: vhost }],
    users: [
      {
        name: "parley",
        password_hash: rabbitmqHash(password),
        hashing_algorithm: "rabbit_password_hashing_sha256",
        tags: [],
      },
    ],
    permissions: [{ user: "parley", vhost, configure: ".*", write: ".*", read: ".*" }],
    policies: [
      {
        vhost,
        name: "parley",
        pattern: String.raw`^(records\..*|search)$`,
        "apply-to": "quorum_queues",
        definition: { "delivery-limit": -1 },
        priority: 0,
      },
    ],
  };
}

keep("server-key", services);
keep("operator-key", services);
keep("access-keys.json", services, addAccessKey);
if (process.argv.includes("--rotate")) {
  write("access-keys.json", addAccessKey(readFileSync(join(folder, "access-keys.json"), "utf8")), services);
}
keep("mysql-root-password", stores);
const mysql = keep("mysql-password", stores);
const redis = keep("redis-password", stores);
const rabbitmq = keep("rabbitmq-password", stores);

// Written anew at each start, so that a later version may say them otherwise.
write("redis.conf", `requirepass ${redis}\n`, stores);
write("rabbitmq-definitions.json", JSON.stringify(rabbitmqDefinitions(rabbitmq)), stores);
write("mysql-url", `mysql://parley:${mysql}@mysql:3306/parley`, services);
write("redis-url", `redis://:${redis}@redis:6379/0`, services);
write("rabbitmq-url", `amqp://parley:${rabbitmq}@rabbitmq:5672`, services);
