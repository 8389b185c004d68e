import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { quickSteps, runSteps } from "./run-steps.ts";

/** `pnpm test`: everything, and a last line that says how many passed. */
const started = performance.now();
runSteps([...quickSteps, { name: "build", command: "turbo", args: ["run", "build", "--output-logs", "errors-only"] }, { name: "packages", command: process.execPath, args: ["scripts/publishable.ts"] }]);

const lanes = await Promise.all([lane("whole", ["whole"], "inherit"), lane("rest", ["unit", "apart"], "pipe")]);
const sum = (field: "passed" | "failed") => lanes.reduce((total, each) => total + each[field], 0);
console.log(`All steps in ${((performance.now() - started) / 1_000).toFixed(0)} s`);
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exit(lanes.some(({ status }) => status !== 0) ? 1 : 0);

/** Some projects of vitest, one after the other. A lane that is piped shows what it said when it is done. */
async function lane(name: string, projects: readonly string[], output: "inherit" | "pipe"): Promise<{ status: number; passed: number; failed: number }> {
  const report = `node_modules/.cache/test-report-${name}.json`;
  rmSync(report, { force: true });
  const reporter = process.stdout.isTTY && output === "inherit" ? "default" : "dot";
  const child = spawn("vitest", ["run", ...projects.flatMap((project) => ["--project", project]), "--reporter", reporter, "--reporter", "json", "--outputFile.json", report], { stdio: ["ignore", output, output] });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (part: Buffer) => said.push(part));
  const [status] = (await once(child, "close")) as [number | null];
  process.stdout.write(Buffer.concat(said));
  const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, "utf8")) as { numPassedTests: number; numFailedTests: number };
  return { status: status ?? 1, passed, failed };
}
