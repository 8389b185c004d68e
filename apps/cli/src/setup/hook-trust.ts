import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCode } from "@paios/shared/errors";
import { askCodex } from "./app-server.ts";
import type { Machine } from "./machine.ts";

/** A hook as Codex lists it. It skips, and says nothing of, one whose hash it does not trust. */
export interface Hook {
  key: string;
  event: string;
  command: string;
  hash: string;
  trusted: boolean;
}

const timeoutMs = 20_000;

/** The hooks of ours: those whose command starts a program of the home. Codex is only asked when it has any hook. */
export async function ourHooks(codex: string, { env, home, userHome, files }: Machine): Promise<Hook[]> {
  if (!mayHaveHooks(files.codexConfig)) return [];
  const answer = (await askCodex({ codex, env, cwd: userHome, timeoutMs }, (request) => request("hooks/list", {}))) as { data?: { hooks?: Listed[] }[] };
  const hooks = answer.data?.flatMap((folder) => folder.hooks ?? []) ?? [];
  return hooks.flatMap(({ key, eventName, command, currentHash, trustStatus }) => {
    const isOurs = command != null && startsProgramIn(join(home, "bin"), command);
    return isOurs ? [{ key, event: eventName, command, hash: currentHash, trusted: trustStatus === "trusted" }] : [];
  });
}

interface Listed {
  key: string;
  eventName: string;
  command?: string | null;
  currentHash: string;
  trustStatus: string;
}

/** Also between quotes. What follows must not be another command. */
function startsProgramIn(folder: string, command: string): boolean {
  return command.replace(/^["']/, "").startsWith(`${folder}/`) && !/[;&|`$<>\n]/.test(command);
}

/** Hooks stand in a file of their own, in the config, or come with a plugin. */
function mayHaveHooks(config: string): boolean {
  if (existsSync(join(dirname(config), "hooks.json"))) return true;
  try {
    return /\b(?:hooks|plugins)\b/.test(readFileSync(config, "utf8").replace(/^\s*plugins = false$/m, ""));
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return false;
    throw error;
  }
}
