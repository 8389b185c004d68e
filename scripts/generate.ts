import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { listing } from "@paios/shared/listing";
import type { ServerModule, ToolListing } from "@paios/shared/tool";

/**
 * Writes what is derived from the sources: each server's golden `tools.json` and the tables in the READMEs.
 * With --check nothing is written, and what is out of date is named.
 */
const check = process.argv.includes("--check");
const stale: string[] = [];

const servers = readdirSync("packages").filter((name) => name.endsWith("-server")).sort();
const tables = new Map<string, ToolListing[]>();
for (const name of servers) {
  const { default: server } = (await import(pathToFileURL(`packages/${name}/src/server.ts`).href)) as { default: ServerModule<never> };
  const tools = server.tools.map((tool) => listing(tool));
  tables.set(name, tools);
  put(`packages/${name}/tools.json`, `${JSON.stringify(tools, null, 2)}\n`);
}
for (const [name, tools] of tables) replaceBlock(`packages/${name}/README.md`, "tools", toolTable(tools));
replaceBlock("README.md", "servers", serverTable());

if (stale.length > 0) {
  console.error(`Out of date: ${stale.join(", ")}. Next step: pnpm fix`);
  process.exit(1);
}

function serverTable(): string {
  const rows = [...tables].map(([name, tools]) => {
    const { description } = JSON.parse(readFileSync(`packages/${name}/package.json`, "utf8")) as { description: string };
    return `| [\`${name}\`](packages/${name}) | ${description} | ${tools.map((tool) => `\`${tool.name}\``).join(" ")} |`;
  });
  return ["| server | what it is | tools |", "|---|---|---|", ...rows].join("\n");
}

function toolTable(tools: readonly ToolListing[]): string {
  const rows = tools.map((tool) => {
    const marks = [tool.annotations.readOnlyHint ? "reads" : "writes", ...(tool.annotations.destructiveHint ? ["changes what is there"] : []), ...(tool.annotations.openWorldHint ? ["reaches outside"] : [])];
    return `| \`${tool.name}\` | ${tool.title} | ${Object.keys((tool.inputSchema["properties"] as object | undefined) ?? {}).map((field) => `\`${field}\``).join(" ")} | ${marks.join(", ")} |`;
  });
  return ["| tool | what it does | input | effect |", "|---|---|---|---|", ...rows].join("\n");
}

function replaceBlock(path: string, name: string, content: string): void {
  const text = readFileSync(path, "utf8");
  const [open, close] = [`<!-- generated: ${name} -->`, `<!-- /generated: ${name} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`${path} has no block "${open}"`);
  put(path, `${text.slice(0, start + open.length)}\n${content}\n${text.slice(end)}`);
}

function put(path: string, content: string): void {
  let old = "";
  try {
    old = readFileSync(path, "utf8");
  } catch {
    // Not there yet.
  }
  if (old === content) return;
  if (check) stale.push(path);
  else writeFileSync(path, content);
}
