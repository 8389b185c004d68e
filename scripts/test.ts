import { readFileSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { quickSteps, runSteps } from "./run-steps.ts";

/** `pnpm test`: everything, and a last line that says how many passed. */
const report = "node_modules/.cache/test-report.json";
const started = performance.now();
runSteps([...quickSteps, { name: "build", command: "turbo", args: ["run", "build", "--output-logs", "errors-only"] }, { name: "packages", command: process.execPath, args: ["scripts/publishable.ts"] }]);

rmSync(report, { force: true });
const { status } = spawnSync("vitest", ["run", "--reporter", process.stdout.isTTY ? "default" : "dot", "--reporter", "json", "--outputFile.json", report], { stdio: "inherit" });
const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8")) as { numPassedTests: number; numFailedTests: number };
console.log(`All steps in ${((performance.now() - started) / 1_000).toFixed(0)} s`);
console.log(`${numPassedTests} passed, ${numFailedTests} failed`);
process.exit(status ?? 1);
