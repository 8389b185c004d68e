import type { Brain } from "../brain.ts";
import { claudeBrain } from "./claude.ts";
import { codexBrain } from "./codex.ts";
import type { Environment } from "./environment.ts";
import { type EnginesInput, enginesConfig } from "./settings.ts";

export { enginesConfig } from "./settings.ts";

/** The brains that the section "brains" of paios.json leaves on. Reaches nothing; `home` has the credentials. */
export function makeBrains(settings: EnginesInput, environment: Environment, _home: string): Brain[] {
  const { claude, codex } = enginesConfig.parse(settings);
  return [...(claude.enabled ? [claudeBrain(claude, environment)] : []), ...(codex.enabled ? [codexBrain(codex, environment)] : [])];
}
