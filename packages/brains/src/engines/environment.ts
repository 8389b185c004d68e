import { traceparent } from "@paios/shared/trace";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ChildEnvironmentOptions {
  /** How many brains asked each other before this one. */
  depth: number;
  /** Beginnings of the names of variables that are this brain's own credentials. */
  own: readonly string[];
  /** Names the person wants passed on whatever they look like. */
  passed: readonly string[];
  /** Found in the environment of everything the run starts. */
  marker: string;
}

/** Whose credentials are nobody's business but the one brain's that needs them. */
const guarded = ["PAIOS_", "OPENCLAW_", "ANTHROPIC_", "CLAUDE_CODE_", "OPENAI_", "CODEX_", "GEMINI_", "GOOGLE_", "OPENROUTER_"];
const secretName = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/;

/** What a CLI tells its children about itself: a brain started below another must not take it for its own. */
const ofTheCaller = new Set(["CLAUDECODE", "CLAUDE_CODE_SESSION_ID", "CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_SSE_PORT", "CLAUDE_PROJECT_DIR", "TRACEPARENT"]);

/** The environment of a brain's process: the person's own without the credentials of PAIOS and of the other brains. */
export function childEnvironment(environment: Environment, { depth, own, passed, marker }: ChildEnvironmentOptions): Record<string, string> {
  const kept = Object.entries(environment).flatMap(([name, value]) => {
    if (value === undefined || ofTheCaller.has(name)) return [];
    const secret = guarded.some((start) => name.startsWith(start)) && secretName.test(name);
    return secret && !passed.includes(name) && !own.some((start) => name.startsWith(start)) ? [] : [[name, value] as const];
  });
  const trace = traceparent();
  return { ...Object.fromEntries(kept), PAIOS_DEPTH: String(depth + 1), PAIOS_RUN: marker, ...(trace && { TRACEPARENT: trace }) };
}
