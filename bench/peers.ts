import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { heapFlags } from "@paios/shared/testing/stdio";
import type { Launch } from "./client.ts";

/** What others built, fetched from the registry when a bench runs and never a dependency of ours. */
const versions = {
  "@modelcontextprotocol/server-memory": "2026.8.31",
  "mcp-memory-libsql": "0.0.17",
  "sqlite-vec": "0.1.9",
};

const root = new URL("..", import.meta.url).pathname;

/** Our server as `docs` tell people to register it. */
export function ours(home: string): Launch {
  return { args: [...heapFlags, join(root, "packages/kb-server/dist/main.js")], env: { PAIOS_HOME: home } };
}

export const bare: Launch = { args: [join(root, "bench/bare-server.mjs")] };

export function serverMemory(file: string): Launch {
  return { args: [join(peersFolder(), "node_modules/@modelcontextprotocol/server-memory/dist/index.js")], env: { MEMORY_FILE_PATH: file } };
}

export function memoryLibsql(file: string): Launch {
  return { args: [join(peersFolder(), "node_modules/mcp-memory-libsql/dist/index.js")], env: { LIBSQL_URL: `file:${file}` } };
}

/** The path of sqlite-vec's loadable extension. */
export function sqliteVec(): string {
  const require = createRequire(join(peersFolder(), "package.json"));
  return (require("sqlite-vec") as { getLoadablePath: () => string }).getLoadablePath();
}

function peersFolder(): string {
  const wanted = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
  const folder = join(root, "node_modules/.cache/paios-peers", wanted.join("+").replaceAll("/", "-"));
  if (wanted.every((_, at) => existsSync(join(folder, "node_modules", Object.keys(versions)[at] ?? "", "package.json")))) return folder;
  mkdirSync(folder, { recursive: true });
  // npm runs none of their install scripts.
  execFileSync("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", ...wanted], { stdio: ["ignore", "ignore", "inherit"] });
  return folder;
}
