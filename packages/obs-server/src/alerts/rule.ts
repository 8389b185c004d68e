import type { Obs } from "../obs.ts";

export type Severity = "info" | "warning" | "critical";

/** Something that is not well now. `stale`: it was so when last looked at, which decides nothing about now. */
export interface AlertFinding {
  /** Names the thing, the same at each evaluation: `rule:thing`. */
  fingerprint: string;
  summary: string;
  detail: string;
  stale?: boolean;
}

/** Reads only what is stored. An alert fires when its finding was there for `forMs`. */
export interface AlertRule {
  name: string;
  /** How a message about it begins. */
  title: string;
  severity: Severity;
  forMs: number;
  evaluate: (obs: Obs, now: number) => AlertFinding[];
}

/** `rule:thing`, without characters that a silence's pattern gives a meaning to. */
export function fingerprint(rule: string, thing: string): string {
  return `${rule}:${thing.replace(/[^\w./@ :-]/g, "_").slice(0, 120)}`;
}
