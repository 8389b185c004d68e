import type { Obs } from "../obs.ts";

export type Status = "ok" | "warn" | "fail" | "unknown";
export type CheckKind = "service" | "api" | "database" | "credential" | "resource";
export type Environment = Record<string, string | undefined>;

export interface CheckContext {
  obs: Obs;
  now: number;
  /** Undefined where the caller has none to pass down; what depends on it is not checked then. */
  environment: Environment | undefined;
  /** What this check said the last time. */
  last: Status | undefined;
}

/** `detail` is in our own words: a number, a name, a next step, never what the other side wrote. */
export interface Finding {
  status: Status;
  detail: string;
}

/** `parts` are the things that are not well, each with a result and an alert of its own. */
export interface Outcome extends Finding {
  parts?: (Finding & { name: string })[];
}

/** A probe asks for the function itself: something that listens but cannot do its job is not well. */
export interface Check {
  name: string;
  kind: CheckKind;
  everyMs: number;
  timeoutMs: number;
  probe: (context: CheckContext, signal: AbortSignal) => Outcome | Promise<Outcome>;
}

/** One outcome for many parts: the worst status, and how many are not well. */
export function summarised(parts: (Finding & { name: string })[], well: string): Outcome {
  if (parts.length === 0) return { status: "ok", detail: well, parts };
  const status = parts.some((part) => part.status === "fail") ? "fail" : "warn";
  return { status, detail: parts.map(({ name, detail }) => `${name}: ${detail}`).join("; ").slice(0, 500), parts };
}

/** What does not answer is down when it was seen before, and otherwise perhaps not meant to run. */
export function notRunning(last: Status | undefined, where: string, next: string): Outcome {
  if (last === undefined || last === "unknown") return { status: "unknown", detail: `Not running on ${where}, and not seen there before.` };
  return { status: "fail", detail: `Not running on ${where} any more. ${next}` };
}

/** A name from outside as one short line without control characters. */
export function plainName(name: string, chars = 80): string {
  return name.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "").slice(0, chars).trim();
}
