import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCode } from "@paios/shared/errors";
import { askCodex } from "./app-server.ts";
import type { Machine } from "./machine.ts";
import { pluginId } from "./plugin.ts";

/** A hook as Codex lists it. It skips, and says nothing of, one whose hash it does not trust. */
export interface Hook {
  key: string;
  event: string;
  command: string;
  hash: string;
  trusted: boolean;
}

const timeoutMs = 20_000;

/** All that Codex lists; it is only asked when it has any. */
export async function listHooks(codex: string, { env, userHome, files }: Machine): Promise<Hook[]> {
  if (!mayHaveHooks(files.codexConfig)) return [];
  const answer = (await askCodex({ codex, env, cwd: userHome, timeoutMs }, (request) => request("hooks/list", {}))) as { data?: { hooks?: Listed[] }[] };
  const hooks = answer.data?.flatMap((folder) => folder.hooks ?? []) ?? [];
  return hooks.map(({ key, eventName, command, currentHash, trustStatus }) => ({ key, event: eventName, command: command ?? "", hash: currentHash, trusted: trustStatus === "trusted" }));
}

/** Those of ours beside the plugin: whose command starts a program of the home. */
export function ourHooks(listed: readonly Hook[], { home }: Pick<Machine, "home">): Hook[] {
  return listed.filter((hook) => !isOfPlugin(hook) && startsProgramIn(join(home, "bin"), hook.command));
}

export function isOfPlugin({ key }: Hook): boolean {
  return key.startsWith(`${pluginId}:`);
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
