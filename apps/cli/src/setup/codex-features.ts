import { run } from "@paios/shared/process";

export interface Feature {
  name: string;
  /** "stable", "deprecated", "removed", … as Codex says it. */
  stage: string;
  on: boolean;
}

/** A line for `[features]` of Codex' config: under an older name where the file already has that. */
export interface FeatureEdit {
  name: string;
  aliases: readonly string[];
  value: boolean;
}

export interface FeaturePlan {
  /** What the mesh needs and has: the names as Codex lists them. */
  on: string[];
  edits: FeatureEdit[];
  /** What used to be needed and Codex no longer has. */
  gone: string[];
  /** What the mesh needs and this Codex does not know. */
  missing: string[];
}

/** The newest form first; any form that is on will do. */
const needed: readonly { forms: readonly string[]; aliases: readonly string[] }[] = [
  { forms: ["hooks"], aliases: ["codex_hooks"] },
  { forms: ["memories"], aliases: ["memory_tool"] },
  { forms: ["multi_agent_v2", "multi_agent"], aliases: ["collab"] },
];
const formerlyNeeded = ["sqlite"];
const outputBytes = 1_000_000;

/** What `codex features list` says. Rejects like `run`: UserError("timed_out"), ENOENT. */
export async function listFeatures(codex: string, { env, cwd, timeoutMs = 10_000 }: { env: NodeJS.ProcessEnv; cwd: string; timeoutMs?: number }): Promise<Feature[]> {
  const { stdout } = await run({ command: codex, args: ["features", "list"], env, cwd, timeoutMs, outputBytes });
  return parseFeatures(stdout.toString("utf8"));
}

/** Lines of name, stage (which may be two words) and true or false. */
export function parseFeatures(output: string): Feature[] {
  return output.split("\n").flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const [name, state] = [words[0] ?? "", words.at(-1)];
    if (words.length < 3 || (state !== "true" && state !== "false")) return [];
    return [{ name, stage: words.slice(1, -1).join(" "), on: state === "true" }];
  });
}

/** What must change so that hooks, memories and multi-agent are on, whatever Codex calls them now. */
export function planFeatures(features: readonly Feature[]): FeaturePlan {
  const present = new Map(features.filter(({ stage }) => stage !== "removed").map((feature) => [feature.name, feature]));
  const plan: FeaturePlan = { on: [], edits: [], gone: formerlyNeeded.filter((name) => !present.has(name)), missing: [] };
  for (const { forms, aliases } of needed) {
    const known = [...forms, ...aliases].flatMap((name) => present.get(name) ?? []);
    const on = known.find((feature) => feature.on);
    const best = known.find(({ stage }) => stage !== "deprecated") ?? known[0];
    if (on) plan.on.push(on.name);
    else if (best) plan.edits.push({ name: best.name, aliases: best.name === forms[0] ? aliases.filter((name) => !present.has(name)) : [], value: true });
    else plan.missing.push(forms[0] ?? "");
  }
  return plan;
}
