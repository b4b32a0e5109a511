import type { Config } from "jest";

const config: Config = {
  // The fault suite in full runs also the rows that have no short form.
  testMatch:
    process.env["PARLEY_FAULTS"] === "long"
      ? ["<rootDir>/spec/faults/f[0-9]*.{spec,fault}.ts"]
      : ["<rootDir>/spec/**/*.spec.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2024", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
  testTimeout: 60_000,
  maxWorkers: 2,
};
export default config;
