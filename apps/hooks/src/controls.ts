import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve, sep } from "node:path";
import type { Whereabouts } from "@paios/kb-server/memory";
import { parse, type ParseError } from "jsonc-parser";

/** The section "memory" of paios.json, as `ai memory` writes it. */
export interface Controls {
  enabled: boolean;
  /** Names of projects, or folders with all that is in them. */
  exclude: string[];
  /** Why it is off although nobody switched it off. */
  problem?: string;
}

/** `ai start` brings these in to have something to ask; they are nobody's work. */
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
  const errors: ParseError[] = [];
  const settings = parse(text.replace(/^\uFEFF/, ""), errors, { allowTrailingComma: true }) as { memory?: { enabled?: unknown; exclude?: unknown } } | undefined;
  const { enabled = true, exclude = [] } = settings?.memory ?? {};
  const isRight = errors.length === 0 && typeof enabled === "boolean" && Array.isArray(exclude) && exclude.every((each) => typeof each === "string");
  return isRight ? { enabled, exclude } : { enabled: false, exclude: [], problem: "paios.json is not right, so nothing is known of what is excluded: ai doctor names the place." };
}

/** Whether anything may be read from or written to memory for a session that stands there. */
export function mayRemember({ enabled, exclude }: Controls, { project, folder }: Pick<Whereabouts, "project" | "folder">): boolean {
  if (!enabled || never.has(project)) return false;
  if (exclude.some((each) => each === project || isInside(folder, each))) return false;
  return !existsSync(join(folder, ".paiosignore"));
}

function isInside(folder: string, excluded: string): boolean {
  if (!/^[/~]|^[A-Za-z]:/.test(excluded)) return false;
  const root = resolve(excluded.replace(/^~(?=$|[/\\])/, homedir()));
  return folder === root || folder.startsWith(root.endsWith(sep) ? root : root + sep);
}
