import type { Edit } from "@paios/shared/change";
import { enabledInClaude } from "./claude-config.ts";
import { enabledInCodex } from "./codex-config.ts";
import type { Feature } from "./codex-features.ts";
import { codexCopies, codexPlugin } from "./codex-plugin.ts";
import { type Hook, listHooks, ourHooks } from "./hook-trust.ts";
import type { Machine } from "./machine.ts";
import { folderEdits, pluginFolder, pluginId, renderPlugin } from "./plugin.ts";

export interface PluginWish {
  claude: boolean;
  /** Its program, and what it says of its features. */
  codex: { command: string; features: readonly Feature[] } | undefined;
  /** Of the configs that are there, by path. */
  texts: ReadonlyMap<string, string>;
}

export interface PluginPlan {
  /** The folder that each client's config is to name. */
  claude: string | undefined;
  codex: string | undefined;
  /** The clients whose config does not name it yet. */
  missing: string[];
  /** All of ours in Codex, the plugin's and others. */
  hooks: Hook[];
  edits: Edit[];
  notes: string[];
}

/** The plugin made for this machine, Codex' copy of it, and which client gets it. */
export async function planPlugin(machine: Machine, { claude, codex, texts }: PluginWish): Promise<PluginPlan> {
  const { claudeSettings, codexConfig } = machine.files;
  const rendered = renderPlugin(machine);
  const folder = pluginFolder(machine);
  const inClaude = enabledInClaude(claudeSettings, texts.get(claudeSettings) ?? "{}");
  const inCodex = enabledInCodex(codexConfig, texts.get(codexConfig) ?? "");
  const offInClaude = inClaude === false ? staysOff("Claude Code", `enabledPlugins in ${claudeSettings}`) : undefined;
  const offInCodex = codex && (withoutPlugins(codex.features) ?? (inCodex === false ? staysOff("Codex", `plugins in ${codexConfig}`) : undefined));
  const forClaude = claude && !offInClaude;
  const forCodex = codex && !offInCodex ? codex.command : undefined;
  const listed = codex ? await listHooks(codex.command, machine) : [];
  const ofCodex = forCodex === undefined ? undefined : await codexPlugin(forCodex, machine, rendered, listed);
  return {
    claude: forClaude ? folder : undefined,
    codex: ofCodex && folder,
    missing: [...(forClaude && inClaude !== true ? ["Claude Code"] : []), ...(ofCodex && inCodex !== true ? ["Codex"] : [])],
    hooks: [...ourHooks(listed, machine), ...(ofCodex?.hooks ?? [])],
    edits: [...(forClaude || ofCodex ? folderEdits(folder, rendered) : []), ...(codex ? folderEdits(codexCopies(machine), ofCodex?.copy ?? new Map()) : [])],
    notes: [claude ? offInClaude : undefined, offInCodex].flatMap((note) => note ?? []),
  };
}

/** A Codex that cannot list its features, as one whose home is not there yet, has plugins. */
function withoutPlugins(features: readonly Feature[]): string | undefined {
  const left = "so our skills and hooks are left out there.";
  const plugins = features.find(({ name }) => name === "plugins");
  if (plugins?.on === false) return `Plugins are switched off in Codex, ${left} To have them: codex features enable plugins, then ai setup.`;
  return features.length > 0 && !plugins ? `This Codex has no plugins, ${left} Update Codex, then run ai setup again.` : undefined;
}

function staysOff(client: string, place: string): string {
  return `Our plugin is switched off in ${client} and stays so. To have its skills and hooks, remove "${pluginId}" from ${place}, then run ai setup.`;
}
