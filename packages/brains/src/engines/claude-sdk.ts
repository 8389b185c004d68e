import { homedir } from "node:os";
import type { CanUseTool, HookCallback, McpSdkServerConfigWithInstance, Options, SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";
import type { InProcessServer } from "@paios/shared/in-process";
import { traceparent } from "@paios/shared/trace";
import type { BrainRequest, BrainResult } from "../brain.ts";
import { BrainFailure } from "../failure.ts";
import { judgeTool, type ToolPlace } from "../guard/tools.ts";
import type { ClaudeOptions } from "./claude.ts";
import { claudeTurn } from "./claude-input.ts";
import { claudeReader } from "./claude-messages.ts";
import { childEnvironment } from "./environment.ts";
import { lastLine } from "./last-line.ts";
import { type BrainProcess, newMarker, startProcess } from "./processes.ts";
import { withWorkplace } from "./workplace.ts";

/** Claude in process, through the Agent SDK and the person's own `claude`; every tool call is judged. */
export async function askClaudeSdk(options: ClaudeOptions, request: BrainRequest): Promise<BrainResult> {
  const { query } = await import("@anthropic-ai/claude-agent-sdk").catch((cause: unknown) => {
    throw new BrainFailure("unavailable", "The Claude Agent SDK is not installed. Install it, or leave \"sdk\" out of brains.claude.ways.", { otherWay: true }, { cause });
  });
  const { signal } = request;
  return withWorkplace(request.cwd, async ({ cwd, scratch, made }) => {
    const turn = await claudeTurn(request, scratch);
    const extra = made();
    signal.throwIfAborted();
    const marker = newMarker();
    const reader = claudeReader("sdk", request, options.clock);
    const abortController = new AbortController();
    let started: BrainProcess | undefined;
    const served = await options.capabilities(traceparent());
    const place: ToolPlace = { cwd, servers: options.servers, home: options.environment["HOME"] || homedir() };
    const messages = query({
      prompt: oneTurn(turn),
      options: {
        ...optionsFor(options, request, place),
        mcpServers: Object.fromEntries(Object.entries(served).map(([name, instance]) => [name, inProcess(name, instance)])),
        cwd,
        ...(extra !== undefined && { additionalDirectories: [extra] }),
        env: childEnvironment(options.environment, { depth: request.depth, own: options.ownVariables, passed: options.passedVariables, marker }),
        abortController,
        spawnClaudeCodeProcess: ({ command, args, cwd: where, env }) => {
          started = startProcess({ command, args, cwd: where ?? cwd, env: defined(env), marker, firstSignal: "SIGTERM" });
          return started.child;
        },
      },
    });
    const reading = (async () => {
      for await (const message of messages) {
        reader.read({ ...message });
        if (reader.finished()) return;
      }
    })();
    reading.catch(() => {});
    try {
      await Promise.race([reading, aborted(signal)]);
    } catch (error) {
      signal.throwIfAborted();
      // The SDK throws what the program said; the messages before it say it better, where there were any.
      if (!reader.finished()) throw reader.failure(lastLine(started?.stderr() ?? "") || (error instanceof Error ? error.message : ""));
    } finally {
      abortController.abort();
      await started?.stop();
      await Promise.all(Object.values(served).map((server) => server.close()));
    }
    return reader.finish(lastLine(started?.stderr() ?? ""));
  });
}

function optionsFor({ command }: ClaudeOptions, { model }: BrainRequest, place: ToolPlace): Options {
  const canUseTool: CanUseTool = async (name, input) => {
    const verdict = judgeTool(name, input, place);
    return verdict.allowed ? { behavior: "allow", updatedInput: input } : { behavior: "deny", message: verdict.reason };
  };
  // What Claude or the person's rules allow unasked never reaches canUseTool; a hook sees every call.
  const hook: HookCallback = async (input) => {
    if (input.hook_event_name !== "PreToolUse") return {};
    const verdict = judgeTool(input.tool_name, (input.tool_input ?? {}) as Record<string, unknown>, place);
    return verdict.allowed ? {} : { hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "deny", permissionDecisionReason: verdict.reason } };
  };
  return {
    pathToClaudeCodeExecutable: command,
    ...(model !== undefined && { model }),
    includePartialMessages: true,
    systemPrompt: { type: "preset", preset: "claude_code" },
    settingSources: ["user", "project", "local"],
    canUseTool,
    hooks: { PreToolUse: [{ hooks: [hook] }] },
    stderr: () => {},
  };
}

/** The SDK connects a transport to it and asks no more of it than that. */
function inProcess(name: string, instance: InProcessServer): McpSdkServerConfigWithInstance {
  return { type: "sdk", name, instance: instance as unknown as McpSdkServerConfigWithInstance["instance"] };
}

async function* oneTurn(turn: SDKUserMessage): AsyncGenerator<SDKUserMessage> {
  yield turn;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

function defined(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
