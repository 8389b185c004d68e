import { spawnSync } from "node:child_process";

/** A named command of the check or the test run. */
export interface Step {
  name: string;
  command: string;
  args: readonly string[];
}

/** Runs steps in order, each with its time, and ends the process at the first that fails. */
export function runSteps(steps: readonly Step[]): void {
  for (const { name, command, args } of steps) {
    const started = performance.now();
    process.stdout.write(`▸ ${name}\n`);
    const { status } = spawnSync(command, args, { stdio: "inherit", env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" } });
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    if (status !== 0) {
      process.stdout.write(`✘ ${name} failed after ${seconds} s: ${command} ${args.join(" ")}\n`);
      process.exit(1);
    }
    process.stdout.write(`✔ ${name}, ${seconds} s\n`);
  }
}

/** The checks that take seconds: the inner loop, and the first part of the test run. */
export const quickSteps: readonly Step[] = [
  { name: "types", command: "tsc", args: [] },
  { name: "lint", command: "oxlint", args: ["--type-aware"] },
  { name: "dead code", command: "knip", args: ["--no-progress"] },
  { name: "generated files", command: process.execPath, args: ["scripts/generate.ts", "--check"] },
  { name: "house rules", command: process.execPath, args: ["scripts/house-rules.ts"] },
  { name: "requirements", command: process.execPath, args: ["tests/requirements.ts"] },
];
