import type { Config } from "jest";

const suites: Record<string, string[]> = {
  // The fault suite in full runs also the rows that have no short form.
  long: ["<rootDir>/spec/faults/f[0-9]*.{spec,fault}.ts"],
  soak: ["<rootDir>/spec/faults/soak.fault.ts"],
};

const config: Config = {
  testMatch: suites[process.env["PARLEY_FAULTS"] ?? ""] ?? ["<rootDir>/spec/**/*.spec.ts"],
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
