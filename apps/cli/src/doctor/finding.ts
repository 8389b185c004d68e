export type Level = "ok" | "warn" | "fail";

/** One thing that was looked at. */
export interface Finding {
  check: string;
  status: Level;
  /** What is so, in our own words. */
  detail: string;
  /** What a person does about it: a command, or a sentence. */
  fix?: string;
  /** Does it; only where nothing can be lost by it. */
  repair?: () => void | Promise<unknown>;
}

export function worst(findings: readonly Finding[]): Level {
  if (findings.some(({ status }) => status === "fail")) return "fail";
  return findings.some(({ status }) => status === "warn") ? "warn" : "ok";
}
