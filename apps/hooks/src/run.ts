import { writeSync } from "node:fs";
import { errorTypeOf } from "@paios/shared/errors";
import { controlsOf, mayRemember } from "./controls.ts";
import { postToolUse } from "./events/post-tool-use.ts";
import { sessionEnd } from "./events/session-end.ts";
import { stop } from "./events/stop.ts";
import type { Handler } from "./handler.ts";
import { readInput } from "./input.ts";
import { noteRun } from "./note.ts";
import { keep } from "./policy.ts";
import { whereabouts } from "./project.ts";
import { readStdin } from "./stdin.ts";

/** Below the five seconds that the CLIs give a hook, and the three that Codex gives the end of a session. */
const limitMs = 2_000;

/** Each event of the CLIs that we listen to. What opens the database is loaded for it alone. */
const handlers: Record<string, Handler> = {
  SessionStart: async (context) => (await import("./recall.ts")).sessionStart(context),
  UserPromptSubmit: async (context) => (await import("./recall.ts")).userPromptSubmit(context),
  PostToolUse: postToolUse,
  PostToolUseFailure: postToolUse,
  Stop: stop,
  PreCompact: sessionEnd,
  SessionEnd: sessionEnd,
};

type Environment = Record<string, string | undefined>;

/** Answers one event of a CLI. Never throws; what goes wrong is one event in the log, and no word to the session. */
export async function run(event: string, home: string, environment: Environment): Promise<void> {
  if (event === "drain") return (await import("./drain.ts")).drain(home);
  const handle = Object.hasOwn(handlers, event) ? handlers[event] : undefined;
  // A brain that PAIOS itself asked works for the session that asked.
  if (!handle || environment["PAIOS_DEPTH"]) return;
  const started = performance.now();
  const limit = setTimeout(() => {
    noteRun(home, { event, input: undefined, durationMs: performance.now() - started, error: "timed_out" });
    leave();
  }, limitMs);
  try {
    const input = readInput(event, await readStdin(), environment);
    if (!input) return noteRun(home, { event, input, durationMs: performance.now() - started, error: "bad_input" });
    const kept = input.tool && keep(input.tool);
    // Most tools leave nothing: known before anything is looked up.
    if (input.tool && !kept) return;
    const at = whereabouts(input.cwd, environment);
    if (!mayRemember(controlsOf(home), at)) return;
    const { output, noted } = await handle({ home, input, kept, at, now: Date.now() });
    // Not process.stdout: making that stream takes longer than most events.
    if (output) writeSync(1, `${JSON.stringify(output)}\n`);
    noteRun(home, { event, input, durationMs: performance.now() - started, noted });
  } catch (error) {
    noteRun(home, { event, input: undefined, durationMs: performance.now() - started, error: errorTypeOf(error) });
  } finally {
    clearTimeout(limit);
  }
}

/** process.exit would wait for the thread that waits for standard input; a process that does nothing takes this one's place. */
function leave(): void {
  process.removeAllListeners("warning");
  process.execve?.(process.execPath, [process.execPath, "-e", "0"], {});
  process.kill(process.pid, "SIGKILL");
}
