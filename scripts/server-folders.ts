import { existsSync, readdirSync } from "node:fs";
import { basename } from "node:path";

/** The folder of every MCP server here, from the repository's root: what has a list of tools, by name. */
export function serverFolders(): string[] {
  return ["packages", "apps"].flatMap((parent) => readdirSync(parent).map((name) => `${parent}/${name}`)).filter((folder) => existsSync(`${folder}/tools.json`)).sort((a, b) => (basename(a) < basename(b) ? -1 : 1));
}
