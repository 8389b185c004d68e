import type { BrainRequest, BrainResult, Usage } from "../brain.ts";
import { recognise } from "../errors/recognise.ts";
import type { CodexOptions } from "./codex.ts";
import { codexInput } from "./codex-input.ts";
import { childEnvironment } from "./environment.ts";
import { lastLine } from "./last-line.ts";
import { jsonLines, numberAt, objectAt, textAt } from "./lines.ts";
import { newMarker } from "./processes.ts";
import { runProcess } from "./run-process.ts";
import { withWorkplace } from "./workplace.ts";

/** Codex as a program: `codex exec --json -` with the task on standard input. */
export async function askCodexExec(options: CodexOptions, request: BrainRequest): Promise<BrainResult> {
  return withWorkplace(request.cwd, async ({ cwd, scratch }) => {
    const { text, pictures } = await codexInput(request, scratch);
    const marker = newMarker();
    const env = childEnvironment(options.environment, { depth: request.depth, own: options.ownVariables, passed: options.passedVariables, marker });
    const args = ["exec", "--json", "--skip-git-repo-check", "--sandbox", request.cwd === undefined ? "read-only" : "workspace-write", "--cd", cwd, ...(request.model === undefined ? [] : ["--model", request.model]), ...pictures.flatMap((path) => ["--image", path]), "-"];
    return runProcess({ command: options.command, args, cwd, env, marker, firstSignal: "SIGINT" }, request.signal, async (started) => {
      const reader = execReader(options, request);
      started.child.stdin.end(text);
      for await (const event of jsonLines(started.child.stdout)) reader.read(event);
      await started.closed;
      return reader.finish(lastLine(started.stderr()));
    });
  });
}

function execReader({ clock, defaultModel }: CodexOptions, { model, onEvent }: BrainRequest) {
  let sessionId: string | undefined;
  let text = "";
  let failed: string | undefined;
  let usage: Usage | undefined;

  function read(event: Record<string, unknown>): void {
    const item = objectAt(event, "item");
    switch (event["type"]) {
      case "thread.started":
        sessionId = textAt(event, "thread_id");
        return;
      case "item.started":
      case "item.completed":
        return readItem(item, event["type"] === "item.started" ? "begun" : "ended");
      case "turn.completed":
        usage = usageOf(objectAt(event, "usage"));
        onEvent({ kind: "usage", usage });
        return;
      case "turn.failed":
        failed = textAt(objectAt(event, "error"), "message");
        return;
      case "error":
        failed ??= textAt(event, "message");
    }
  }

  function readItem(item: Record<string, unknown>, state: "begun" | "ended"): void {
    if (item["type"] === "agent_message" && state === "ended") {
      text = textAt(item, "text");
      onEvent({ kind: "text", text });
    }
    if (item["type"] === "command_execution") onEvent({ kind: "tool", name: "shell", state });
    if (item["type"] === "mcp_tool_call") onEvent({ kind: "tool", name: `mcp__${textAt(item, "server")}__${textAt(item, "tool")}`, state });
  }

  function finish(line: string): BrainResult {
    if (!usage) throw recognise({ who: "Codex", now: clock(), line: failed ?? line });
    return { text, model: model ?? defaultModel, way: "exec", usage, ...(sessionId !== undefined && { sessionId }) };
  }

  return { read, finish };
}

function usageOf(usage: Record<string, unknown>): Usage {
  return { inputTokens: numberAt(usage, "input_tokens"), outputTokens: numberAt(usage, "output_tokens"), cachedTokens: numberAt(usage, "cached_input_tokens") };
}
