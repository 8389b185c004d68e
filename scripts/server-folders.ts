import { existsSync, readdirSync } from "node:fs";

/** The folder of every MCP server here, from the repository's root: what has a list of tools. */
export function serverFolders(): string[] {
  return ["packages", "apps"].flatMap((parent) => readdirSync(parent).map((name) => `${parent}/${name}`)).filter((folder) => existsSync(`${folder}/tools.json`)).sort();
}
