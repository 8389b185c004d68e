import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { claudeCases } from "./claude-cases.ts";
import { codexCases } from "./codex-cases.ts";
import { closeOpenClaw, openClawCases } from "./openclaw.ts";
import type { Truth } from "./truth.ts";
import { type Case, openWorld, type World } from "./world.ts";

export const cases: Record<string, Case> = { ...claudeCases, ...codexCases, ...openClawCases };

/**
 * Writes a tree of about that size as the three clients leave it, `root/claude`, `root/codex` and `root/openclaw` in the
 * places of `~/.claude`, `~/.codex` and `~/.openclaw`, and what is in it to `root/truth.json`. The same seed gives the
 * same tree. Every case is in it at least once, in a small session; by default all of `cases`.
 */
export function generate(root: string, { megabytes, seed, only = Object.keys(cases) }: { megabytes: number; seed: number; only?: readonly string[] }): Truth {
  const world = openWorld(root, seed);
  try {
    for (const name of only) caseOf(name)(world);
    world.turns = 60;
    while (world.bytes < megabytes * 1e6) caseOf(next(world, only))(world);
  } finally {
    closeOpenClaw(world);
  }
  const truth = world.truth.result({ seed, bytes: world.bytes, files: world.files });
  writeFileSync(join(root, "truth.json"), JSON.stringify(truth));
  return truth;
}

/** Half of what people have is nothing special, and most of it is Claude's. */
function next({ draw }: World, only: readonly string[]): string {
  const plain = draw.pick(["claude plain", "claude plain", "claude resumed days later", "claude sub-agents", "codex plain", "codex old, sums that repeat", "openclaw database"]);
  return draw.chance(0.5) && only.includes(plain) ? plain : draw.pick(only);
}

function caseOf(name: string): Case {
  const found = cases[name];
  if (!found) throw new Error(`There is no case ${name}`);
  return found;
}
