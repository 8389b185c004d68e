import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { readJudged } from "../bench/quality/judged.ts";
import { listing } from "@paios/shared/listing";
import { serverFolders } from "./server-folders.ts";
import type { ServerModule, ToolListing } from "@paios/shared/tool";

/**
 * Writes what is derived from the sources: each server's golden `tools.json` and the tables in the READMEs.
 * With --check nothing is written, and what is out of date is named.
 */
const check = process.argv.includes("--check");
const stale: string[] = [];

const tables = new Map<string, ToolListing[]>();
for (const folder of serverFolders()) {
  const { default: server } = (await import(pathToFileURL(`${folder}/src/server.ts`).href)) as { default: ServerModule<never> };
  const tools = server.tools.map((tool) => listing(tool));
  tables.set(folder, tools);
  put(`${folder}/tools.json`, `${JSON.stringify(tools, null, 2)}\n`);
}
for (const [folder, tools] of tables) replaceBlock(`${folder}/README.md`, "tools", toolTable(tools));
replaceBlock("README.md", "servers", serverTable());

put("packages/kb-server/calibration.json", `${JSON.stringify(calibrationSet(), null, 1)}\n`);

if (stale.length > 0) {
  console.error(`Out of date: ${stale.join(", ")}. Next step: pnpm fix`);
  process.exit(1);
}

/** Questions of the tune half with what answers them among other documents: enough to weigh an embedding model by. */
function calibrationSet(): object {
  const { documents, queries } = readJudged();
  const chosen = ["note", "page", "session"].flatMap((kind) => queries.filter((query) => query.half === "tune" && query.kind === kind).slice(0, 20));
  const needed = new Set(chosen.flatMap(({ relevant }) => Object.keys(relevant)));
  const kept = documents.filter(({ id }, at) => needed.has(id) || at % 4 === 0);
  return {
    documents: kept.map(({ id, title, text }) => ({ id, title, text })),
    queries: chosen.map(({ query, relevant }) => ({ query, relevant })),
  };
}

function serverTable(): string {
  const rows = [...tables].map(([folder, tools]) => {
    const { description } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8")) as { description: string };
    return `| [\`${basename(folder)}\`](${folder}) | ${description} | ${tools.map((tool) => `\`${tool.name}\``).join(" ")} |`;
  });
  return ["| server | what it is | tools |", "|---|---|---|", ...rows].join("\n");
}

function toolTable(tools: readonly ToolListing[]): string {
  const rows = tools.map((tool) => {
    const marks = [tool.annotations.readOnlyHint ? "reads" : "writes", ...(tool.annotations.destructiveHint ? ["changes what is there"] : []), ...(tool.annotations.openWorldHint ? ["reaches outside"] : [])];
    return `| \`${tool.name}\` | ${tool.description.split(". ")[0]} | ${Object.keys((tool.inputSchema["properties"] as object | undefined) ?? {}).map((field) => `\`${field}\``).join(" ")} | ${marks.join(", ")} |`;
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
