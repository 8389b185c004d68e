import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { UserError } from "@paios/shared/errors";
import { run } from "@paios/shared/process";
import { registerCodex } from "./codex-config.ts";
import { type Hook, isOfPlugin, listHooks } from "./hook-trust.ts";
import type { Machine } from "./machine.ts";
import { marketplace, type PluginFiles, pluginFolder, pluginId, readFiles } from "./plugin.ts";

/** The plugin as Codex will have it: its own copy, by path in `codexCopies`, and the hooks that it lists then. */
export interface CodexPlugin {
  copy: PluginFiles;
  hooks: Hook[];
}

const timeoutMs = 20_000;
const outputBytes = 1_000_000;

/** Codex runs a plugin from a copy that it keeps here. */
export function codexCopies({ files }: Pick<Machine, "files">): string {
  return join(dirname(files.codexConfig), "plugins", "cache", marketplace);
}

/**
 * What Codex makes of the plugin. It is asked in a home made for that, unless it has this very plugin already: so the plan is
 * whole before anything changes, and Codex, whose command writes all of config.toml anew, does not touch the person's.
 */
export async function codexPlugin(codex: string, machine: Machine, plugin: PluginFiles, listed: readonly Hook[]): Promise<CodexPlugin> {
  const copy = readFiles(codexCopies(machine));
  const hooks = listed.filter(isOfPlugin);
  return hooks.length > 0 && isCopy(copy, plugin) ? { copy, hooks } : inScratchHome(codex, machine, plugin);
}

async function inScratchHome(codex: string, machine: Machine, plugin: PluginFiles): Promise<CodexPlugin> {
  const home = mkdtempSync(join(tmpdir(), "paios-plugin-"));
  try {
    const codexConfig = join(home, "codex", "config.toml");
    const env = { ...machine.env, CODEX_HOME: dirname(codexConfig) };
    const there: Machine = { ...machine, home, env, files: { ...machine.files, codexConfig } };
    const folder = pluginFolder(there);
    for (const [name, text] of plugin) write(join(folder, name), text);
    write(codexConfig, registerCodex(codexConfig, undefined, { servers: [], consented: [], plugin: folder }).text);
    const { code } = await run({ command: codex, args: ["plugin", "add", pluginId], env, cwd: home, timeoutMs, outputBytes });
    if (code !== 0) throw new UserError("unavailable", `codex plugin add ended with code ${code} for our plugin. Update Codex, then run ai setup again; or switch its plugins off: codex features disable plugins.`);
    return { copy: readFiles(codexCopies(there)), hooks: await listHooks(codex, there) };
  } finally {
    // What Codex does in the background may still write there.
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** One version, and nothing but the plugin in it. */
function isCopy(copy: PluginFiles, plugin: PluginFiles): boolean {
  const version = [...copy.keys()][0]?.split("/").slice(0, 2).join("/") ?? "";
  const own = [...plugin].filter(([name]) => name.startsWith("paios/"));
  return copy.size === own.length && own.every(([name, text]) => copy.get(`${version}/${name.slice("paios/".length)}`) === text);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
