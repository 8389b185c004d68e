import { type Dirent, existsSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import type { Edit } from "@paios/shared/change";
import { errorCode } from "@paios/shared/errors";
import { paiosHome } from "@paios/shared/home";
import { nodeLink, quoted } from "./links.ts";
import type { Machine } from "./machine.ts";

/** The one plugin of the one marketplace, as both CLIs name it. */
export const marketplace = "paios";
export const pluginId = `paios@${marketplace}`;

/** Texts by their paths in a folder. */
export type PluginFiles = ReadonlyMap<string, string>;

/** Where the marketplace of this machine is. Not `<home>/plugins`: by default the home is OpenClaw's too, which has files there. */
export function pluginFolder({ home }: Pick<Machine, "home">): string {
  return join(home, "paios-plugins");
}

/** The repository's plugin with the paths of this machine in its hooks. */
export function renderPlugin(machine: Pick<Machine, "home" | "userHome" | "repository">): PluginFiles {
  const template = join(machine.repository, "plugins");
  const values: Record<string, string> = { "{{node}}": nodeOfHome(machine), "{{hooks}}": quoted(join(machine.repository, "apps", "hooks", "dist", "main.js")) };
  const rendered = (text: string) => text.replace(/\{\{\w+\}\}/g, (place) => JSON.stringify(values[place] ?? place).slice(1, -1));
  return new Map([...readFiles(template)].filter(([name]) => /\.(?:json|md)$/.test(name)).map(([name, text]) => [name, rendered(text)]));
}

/** A CLI that no shell started knows nothing of a home of the person's own choice, and hands on what it knows. */
function nodeOfHome({ home, userHome }: Pick<Machine, "home" | "userHome">): string {
  const isDefault = home === paiosHome({ HOME: userHome });
  return `${isDefault ? "" : `env PAIOS_HOME=${quoted(home)} `}${quoted(nodeLink({ home }))}`;
}

/** Makes a folder that is ours alone hold `files` and nothing else; no files: takes it out, but for empty folders. */
export function folderEdits(folder: string, files: PluginFiles): Edit[] {
  const names = new Set([...files.keys(), ...namesIn(folder)]);
  return [...names].sort().map((name) => ({ path: join(folder, name), compute: () => files.get(name) }));
}

/** What files that are gone leave behind: Codex would take an empty folder for a newer version of the plugin. */
export function removeEmptyFolders(folder: string): void {
  for (const entry of entriesIn(folder)) if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name));
  if (existsSync(folder) && entriesIn(folder).length === 0) rmdirSync(folder);
}

/** Every file below `folder`, by its path in it; none when it is not there. */
export function readFiles(folder: string): PluginFiles {
  return new Map(namesIn(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

function namesIn(folder: string): string[] {
  return entriesIn(folder).flatMap((entry) => (entry.isDirectory() ? namesIn(join(folder, entry.name)).map((name) => join(entry.name, name)) : entry.isFile() ? [entry.name] : [])).sort();
}

function entriesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return [];
    throw error;
  }
}
