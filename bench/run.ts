import { existsSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import type { BenchResult, Row } from "./result.ts";

/** `pnpm bench [NAME …]`: runs benches one after another, prints their tables, writes bench/results/NAME.json. */
const folder = new URL("./", import.meta.url).pathname;
const known = ["start", "memory", "search", "import", "vectors", "quality", "observability", "tool-search", "router", "analytics", "macos", "heartbeat", "hooks"].filter((name) => existsSync(`${folder}${name}.ts`));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) fail(`There is no bench ${unknown.join(", ")}. There are ${known.join(", ")}.`);
if (!existsSync(`${folder}../packages/kb-server/dist/main.js`)) fail("The servers are not built. Next: npx -y pnpm@12 build");

let missed = 0;
for (const name of asked.length > 0 ? asked : known) {
  const { bench } = (await import(`./${name}.ts`)) as { bench: () => Promise<BenchResult> };
  const started = performance.now();
  const result = await bench();
  const seconds = Math.round((performance.now() - started) / 1000);
  missed += result.rows.filter(({ met }) => met === false).length;
  process.stdout.write(`\n${name}  (${seconds} s)\n${table(result.rows)}\n${result.notes.map((note) => `  ${note}\n`).join("")}`);
  const machine = { node: process.version, cpu: cpus()[0]?.model.trim(), cores: cpus().length };
  writeFileSync(`${folder}results/${name}.json`, `${JSON.stringify({ ...result, date: new Date().toISOString().slice(0, 10), machine, seconds }, undefined, 2)}\n`);
}
process.exitCode = missed > 0 ? 1 : 0;
if (missed > 0) process.stdout.write(`\n${missed} ${missed === 1 ? "target" : "targets"} missed\n`);

function table(rows: readonly Row[]): string {
  const cells = rows.map(({ name, unit, ours, against, ratio, target, met }) => [
    met === undefined ? " " : met ? "✔" : "✘",
    name,
    `${ours} ${unit}`,
    against ? `${against.name} ${against.value}` : "",
    ratio === undefined ? "" : `${ratio} ×`,
    target ?? "",
  ]);
  const lines = [[" ", "", "ours", "against", "ratio", "target"], ...cells];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines.map((line) => `  ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()}`).join("\n");
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
