import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import type { Whereabouts } from "@paios/kb-server/memory";
import { object } from "./raw.ts";

/** The section "memory" of paios.json, as `ai memory` writes it. */
export interface Controls {
  enabled: boolean;
  /** Names of projects, or folders with all that is in them. */
  exclude: string[];
  /** Why it is off although nobody switched it off. */
  problem?: string;
}

/** `pnpm start` brings these in to have something to ask; they are nobody's work. */
const never = new Set(["demo"]);

/** Read by hand, since a schema's library would cost more than the whole hook. What cannot be read switches memory off: it may have excluded something. */
export function controlsOf(home: string): Controls {
  let text: string;
  try {
    text = readFileSync(join(home, "paios.json"), "utf8");
  } catch (error) {
    const missing = ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
    return missing ? { enabled: true, exclude: [] } : { enabled: false, exclude: [], problem: "paios.json cannot be read, so nothing is known of what is excluded." };
  }
  const wrong = { enabled: false, exclude: [], problem: "paios.json is not right, so nothing is known of what is excluded: ai doctor names the place." };
  const { memory = {} } = object(parse(text) ?? { memory: "not known" });
  if (object(memory) !== memory) return wrong;
  const { enabled = true, exclude = [] } = object(memory);
  const isRight = typeof enabled === "boolean" && Array.isArray(exclude) && exclude.every((each) => typeof each === "string");
  return isRight ? { enabled, exclude } : wrong;
}

/** JSON with comments and trailing commas; undefined for what is none. The library that others read it with takes longer to load than a hook has. */
function parse(text: string): unknown {
  const parts = /("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  const last = /("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g;
  try {
    return JSON.parse(text.replace(/^\uFEFF/, "").replace(parts, (_all, quoted?: string) => quoted ?? " ").replace(last, (_all, quoted?: string) => quoted ?? ""));
  } catch {
    return undefined;
  }
}

/**
 * Whether anything may be read from or written to memory for a session that stands there; `here`, where it is known, is
 * its own folder, which can lie deep in the project's.
 */
export function mayRemember({ enabled, exclude }: Controls, { project, folder, here = folder }: Pick<Whereabouts, "project" | "folder"> & { here?: string }): boolean {
  if (!enabled || never.has(project)) return false;
  if (exclude.some((each) => each === project || isInside(here, each))) return false;
  return !isMarked(here, folder);
}

function isInside(folder: string, excluded: string): boolean {
  if (!/^[/~]|^[A-Za-z]:/.test(excluded)) return false;
  const root = resolve(excluded.replace(/^~(?=$|[/\\])/, homedir()));
  return [root, real(root)].some((each) => folder === each || folder.startsWith(each.endsWith(sep) ? each : each + sep));
}

/** By a file .paiosignore there, or above it as far as the project goes. */
function isMarked(here: string, root: string): boolean {
  for (let folder = here; folder !== ""; folder = dirname(folder)) {
    if (existsSync(join(folder, ".paiosignore"))) return true;
    if (folder === root || folder === dirname(folder)) return false;
  }
  return false;
}

/** The person may have named it by a link; where a session stands is known without. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
