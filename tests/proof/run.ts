import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/**
 * `pnpm proof NAME`: a proof that is too slow for the tests. Each is a file here that exports `prove`, which returns its
 * figures or throws when the promise does not hold. The figures go to bench/results/proof-NAME.json.
 */
const folder = import.meta.dirname;
const names = readdirSync(folder).filter((file) => file.endsWith(".ts") && !["run.ts", "real-gateway.ts"].includes(file)).map((file) => file.slice(0, -3));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (wanted.length === 0 || unknown.length > 0) {
  console.error(`${unknown.length > 0 ? `No such proof: ${unknown.join(", ")}\n` : ""}pnpm proof NAME …, one or more of:\n  ${names.join("\n  ")}`);
  process.exit(2);
}
for (const name of wanted) {
  const { prove } = (await import(pathToFileURL(`${folder}/${name}.ts`).href)) as { prove: () => Promise<{ figures: Record<string, number | string> }> };
  const started = performance.now();
  const { figures } = await prove();
  const seconds = Math.round((performance.now() - started) / 1_000);
  console.log(`✔ ${name}, ${seconds} s`);
  console.table(figures);
  mkdirSync("bench/results", { recursive: true });
  writeFileSync(`bench/results/proof-${name}.json`, `${JSON.stringify({ figures, seconds, node: process.versions.node }, null, 2)}\n`);
}
