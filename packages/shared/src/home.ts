import { homedir } from "node:os";
import { join, resolve } from "node:path";

type Environment = Record<string, string | undefined>;

/** Absolute path of the PAIOS home: `$PAIOS_HOME`, by default `~/.openclaw`. Creates nothing. */
export function paiosHome(env: Environment = process.env): string {
  const fromEnv = env["PAIOS_HOME"];
  return fromEnv ? resolve(fromEnv) : join(env["HOME"] || homedir(), ".openclaw");
}

/** The `traceparent` of the run of a brain that this process was started in: what that CLI says of its own is not ours. */
export function traceOfRun(env: Environment = process.env): string | undefined {
  return env["PAIOS_DEPTH"] ? env["TRACEPARENT"] || undefined : undefined;
}

/** The environment this process was started in; what needs it gets it passed down. */
export function processEnvironment(): Environment {
  return process.env;
}

/** The session of the CLI that started this process, where it says so: Claude Code does, Codex names it in each call. */
export function sessionOfClient(env: Environment = process.env): string | undefined {
  return env["CLAUDE_CODE_SESSION_ID"] || undefined;
}
