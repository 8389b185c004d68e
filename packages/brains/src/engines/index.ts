import type { Brain } from "../brain.ts";
import { type Capabilities, claudeBrain } from "./claude.ts";
import { codexBrain } from "./codex.ts";
import type { Environment } from "./environment.ts";
import { gatewayBrain } from "./gateway.ts";
import { geminiBrain } from "./gemini.ts";
import { localBrain } from "./local.ts";
import { type EnginesInput, enginesConfig } from "./settings.ts";

export { enginesConfig } from "./settings.ts";

/**
 * The brains that the section "brains" of paios.json leaves on. Reaches nothing; `home` has the credentials.
 * `capabilities` are our servers for sessions in this process.
 */
export function makeBrains(settings: EnginesInput, environment: Environment, home: string, capabilities?: Capabilities): Brain[] {
  const { claude, codex, gemini, gateway, local } = enginesConfig.parse(settings);
  return [
    ...(claude.enabled ? [claudeBrain(claude, environment, capabilities && { capabilities })] : []),
    ...(codex.enabled ? [codexBrain(codex, environment)] : []),
    ...(gemini.enabled ? [geminiBrain(gemini, environment, home)] : []),
    ...(gateway.enabled ? [gatewayBrain(gateway, home)] : []),
    ...(local.enabled ? [localBrain(local, home)] : []),
  ];
}
