/** Configuration is read once and checked whole, and .env.example tells all of it. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { variables as accountVariables } from "../../services/account-service/src/config.ts";
import { variables as createVariables } from "../../services/create-service/src/config.ts";
import { variables as realtimeVariables } from "../../services/realtime-service/src/config.ts";
import { readServiceConfig, variables as readVariables } from "../../services/read-service/src/config.ts";

const complete = {
  SERVER_KEY: "x".repeat(32),
  MYSQL_URL: "mysql://u:p@127.0.0.1/parley",
  REDIS_URL: "redis://127.0.0.1",
  RABBITMQ_URL: "amqp://127.0.0.1",
  ACCOUNT_SERVICE_URL: "http://127.0.0.1:3003",
};

describe("the configuration", () => {
  it("lists every fault at once", () => {
    expect(() => readServiceConfig({ ...complete, SERVER_KEY: "short", PORT: "abc", ROLE: "boss" })).toThrow(
      /PORT[^]*SERVER_KEY|SERVER_KEY[^]*PORT/,
    );
    expect(() => readServiceConfig({})).toThrow(/MYSQL_URL/);
  });

  it("takes a value from the file that NAME_FILE names", () => {
    const file = join(mkdtempSync(join(process.env["TEST_DATA"] ?? tmpdir(), "config-")), "key");
    writeFileSync(file, `${"y".repeat(40)}\n`);
    const { SERVER_KEY: _, ...rest } = complete;
    expect(readServiceConfig({ ...rest, SERVER_KEY_FILE: file }).SERVER_KEY).toBe("y".repeat(40));
  });

  it("has no default for secrets and stores", () => {
    for (const name of Object.keys(complete)) {
      expect(() => readServiceConfig({ ...complete, [name]: "" })).toThrow(new RegExp(name));
    }
  });

  it("is told completely in .env.example", () => {
    const example = readFileSync(new URL("../../.env.example", import.meta.url), "utf8");
    const told = Object.keys(parseEnv(example.replaceAll(/^# ?(?=[A-Z_]+=)/gm, "")));
    const known = Object.keys({
      ...createVariables,
      ...readVariables,
      ...accountVariables,
      ...realtimeVariables,
    });
    expect(known.filter((name) => !told.includes(name))).toEqual([]);
  });
});
