import { homedir } from "node:os";
import { join, resolve } from "node:path";

type Environment = Record<string, string | undefined>;

/** Absolute path of the PAIOS home: `$PAIOS_HOME`, by default `~/.openclaw`. Creates nothing. */
export function paiosHome(env: Environment = process.env): string {
  const fromEnv = env["PAIOS_HOME"];
  return fromEnv ? resolve(fromEnv) : join(env["HOME"] || homedir(), ".openclaw");
}

/** The session of the CLI that started this process, where it says so: Claude Code does, Codex names it in each call. */
export function sessionOfClient(env: Environment = process.env): string | undefined {
  return env["CLAUDE_CODE_SESSION_ID"] || undefined;
}
