import type { BrainRequest, BrainResult } from "../brain.ts";
import { claudeTurn } from "./claude-input.ts";
import { claudeReader } from "./claude-messages.ts";
import type { ClaudeOptions } from "./claude.ts";
import { childEnvironment } from "./environment.ts";
import { jsonLines } from "./lines.ts";
import { newMarker } from "./processes.ts";
import { runProcess } from "./run-process.ts";
import { lastLine } from "./last-line.ts";
import { withWorkplace } from "./workplace.ts";

/** Nobody judges commands on this way, so there are none; the rest of what is blocked for files is denied by rule. */
const denied = ["Bash", "PowerShell", "Monitor", "CronCreate", "CronDelete", "ScheduleWakeup", "Workflow", "SendMessage", "Read(**/.env)", "Read(**/.env.*)", "Read(~/.ssh/**)", "Read(~/.aws/**)", "Read(~/.gnupg/**)"];

/** Claude as a program: `claude -p` with the task on standard input. It has no shell here. */
export async function askClaudeCli(options: ClaudeOptions, request: BrainRequest): Promise<BrainResult> {
  return withWorkplace(request.cwd, async ({ cwd, scratch, made }) => {
    const turn = JSON.stringify(await claudeTurn(request, scratch));
    const marker = newMarker();
    const env = childEnvironment(options.environment, { depth: request.depth, own: options.ownVariables, passed: options.passedVariables, marker });
    return runProcess({ command: options.command, args: argumentsFor(options, request, made()), cwd, env, marker, firstSignal: "SIGTERM" }, request.signal, async (started) => {
      const reader = claudeReader("cli", request, options.clock);
      started.child.stdin.end(`${turn}\n`);
      for await (const message of jsonLines(started.child.stdout)) reader.read(message);
      await started.closed;
      return reader.finish(lastLine(started.stderr()));
    });
  });
}

function argumentsFor({ servers }: ClaudeOptions, { model, cwd }: BrainRequest, scratch: string | undefined): string[] {
  return [
    "-p", "--output-format", "stream-json", "--input-format", "stream-json", "--verbose", "--include-partial-messages",
    ...(model === undefined ? [] : ["--model", model]),
    ...(cwd === undefined ? [] : ["--permission-mode", "acceptEdits"]),
    ...(scratch === undefined ? [] : ["--add-dir", scratch]),
    "--allowedTools", ["WebSearch", ...servers.map((name) => `mcp__${name}`)].join(","),
    "--disallowedTools", denied.join(","),
  ];
}
