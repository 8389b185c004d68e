import type { BrainRequest, BrainResult, Usage } from "../brain.ts";
import { recognise } from "../errors/recognise.ts";
import { judgeCommand } from "../guard/judge.ts";
import type { CodexOptions } from "./codex.ts";
import { isObject, numberAt, objectAt, textAt } from "./lines.ts";
import type { Listener } from "./rpc-lines.ts";

interface Turn extends Listener {
  /** Resolves when the turn is over, well or not. */
  done: Promise<void>;
  /** The result; throws BrainFailure when the turn failed. */
  finish: (of: { sessionId: string; model: string }) => BrainResult;
}

/** Follows one turn of Codex, and answers what it asks meanwhile. */
export function codexTurn({ clock, servers, environment }: CodexOptions, { onEvent, cwd: asked }: BrainRequest, cwd: string): Turn {
  let text = "";
  let usage: Usage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0 };
  let turn: Record<string, unknown> = {};
  const streamed = new Set<string>();
  let over: () => void;
  const done = new Promise<void>((resolve) => {
    over = resolve;
  });

  function notified(method: string, params: Record<string, unknown>): void {
    switch (method) {
      case "item/agentMessage/delta":
        streamed.add(textAt(params, "itemId"));
        return onEvent({ kind: "text", text: textAt(params, "delta") });
      case "item/started":
        return readItem(objectAt(params, "item"), "begun");
      case "item/completed":
        return readItem(objectAt(params, "item"), "ended");
      case "thread/tokenUsage/updated":
        usage = usageOf(objectAt(objectAt(params, "tokenUsage"), "total"));
        return onEvent({ kind: "usage", usage });
      case "error":
        if (params["willRetry"] === true) onEvent({ kind: "progress", message: "Codex asks its model again." });
        return;
      case "turn/completed":
        turn = objectAt(params, "turn");
        over();
    }
  }

  function readItem(item: Record<string, unknown>, state: "begun" | "ended"): void {
    if (item["type"] === "agentMessage" && state === "ended") {
      text = textAt(item, "text");
      // A provider that does not stream words sends the message whole.
      if (!streamed.has(textAt(item, "id"))) onEvent({ kind: "text", text });
    }
    if (item["type"] === "commandExecution") onEvent({ kind: "tool", name: "shell", state });
    if (item["type"] === "mcpToolCall") onEvent({ kind: "tool", name: `mcp__${textAt(item, "server")}__${textAt(item, "tool")}`, state });
  }

  /** What leaves the sandbox is judged like a command of Claude's; nothing else is granted. */
  function answer(method: string, params: Record<string, unknown>): object {
    switch (method) {
      case "item/commandExecution/requestApproval": {
        const verdict = judgeCommand(textAt(params, "command"), { cwd, home: environment["HOME"] });
        return { decision: asked !== undefined && verdict.allowed ? "accept" : "decline" };
      }
      case "item/fileChange/requestApproval":
        return { decision: "decline" };
      case "mcpServer/elicitation/request": {
        const accepted = servers.includes(textAt(params, "serverName")) && objectAt(params, "_meta")["codex_approval_kind"] === "mcp_tool_call";
        return { action: accepted ? "accept" : "decline", content: accepted ? {} : null, _meta: null };
      }
      default:
        return { decision: "decline" };
    }
  }

  function finish({ sessionId, model }: { sessionId: string; model: string }): BrainResult {
    if (turn["status"] !== "completed") {
      const error = objectAt(turn, "error");
      throw recognise({ who: "Codex", now: clock(), line: textAt(error, "message"), ...infoOf(error["codexErrorInfo"]) });
    }
    return { text, model, way: "app-server", usage, sessionId };
  }

  return { done, notified, asked: answer, finish };
}

/** `codexErrorInfo` is a word, or an object whose one key is the word and whose value has the status. */
function infoOf(info: unknown): { codes: string[]; status?: number } {
  if (typeof info === "string") return { codes: [info] };
  const [name, value] = isObject(info) ? (Object.entries(info)[0] ?? []) : [];
  const status = numberAt(value, "httpStatusCode");
  return { codes: name === undefined ? [] : [name], ...(status >= 400 && { status }) };
}

function usageOf(total: Record<string, unknown>): Usage {
  return { inputTokens: numberAt(total, "inputTokens"), outputTokens: numberAt(total, "outputTokens"), cachedTokens: numberAt(total, "cachedInputTokens") };
}
