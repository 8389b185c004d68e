import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorCode, UserError } from "@paios/shared/errors";
import { run } from "@paios/shared/process";
import type { Machine } from "./machine.ts";
import { marketplace } from "./plugin.ts";

/** What a person types to have it dropped. */
export const forgetting = ["plugin", "marketplace", "remove", marketplace];
const timeoutMs = 30_000;
const outputBytes = 1_000_000;

/** Claude Code reads the plugin where it lies, and at its next session notes for itself each marketplace that its settings name. */
export function hasNotedInClaude({ files }: Machine): boolean {
  try {
    return marketplace in (JSON.parse(readFileSync(join(pluginsOfClaude(files), "known_marketplaces.json"), "utf8")) as object);
  } catch (error) {
    if (error instanceof SyntaxError || ["ENOENT", "ENOTDIR"].includes(errorCode(error))) return false;
    throw error;
  }
}

/** Has Claude Code drop that note. Its settings no longer name the marketplace by then, and stay as they are. */
export async function forgetInClaude(claude: string, { env, userHome }: Machine): Promise<void> {
  const { code } = await run({ command: claude, args: forgetting, env, cwd: userHome, timeoutMs, outputBytes });
  if (code !== 0) throw new UserError("unavailable", `claude ${forgetting.join(" ")} ended with code ${code}. Run it yourself to see why, then ai setup --uninstall again.`);
}

/** It makes this for every plugin; ours puts nothing there. */
export function claudePluginData({ files }: Machine): string {
  return join(pluginsOfClaude(files), "data", `paios-${marketplace}`);
}

function pluginsOfClaude({ claudeSettings }: Machine["files"]): string {
  return join(dirname(claudeSettings), "plugins");
}
