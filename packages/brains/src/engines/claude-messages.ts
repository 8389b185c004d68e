import type { BrainRequest, BrainResult, Usage } from "../brain.ts";
import { recognise } from "../errors/recognise.ts";
import type { BrainFailure } from "../failure.ts";
import { fromEpoch } from "../errors/when.ts";
import { numberAt, objectAt, objectsAt, textAt } from "./lines.ts";

type Message = Record<string, unknown>;

/** Reads Claude's messages, which the SDK and `--output-format stream-json` share, into one result. */
export function claudeReader(way: string, { onEvent }: Pick<BrainRequest, "onEvent">, clock: () => number) {
  let model = "";
  let sessionId: string | undefined;
  let errorCode: string | undefined;
  let resetsAt: number | undefined;
  let result: Message | undefined;
  const tools = new Map<string, string>();

  function read(message: Message): void {
    sessionId ??= textAt(message, "session_id") || undefined;
    switch (message["type"]) {
      case "system":
        if (message["subtype"] === "init") model = textAt(message, "model");
        if (message["subtype"] === "api_retry") onEvent({ kind: "progress", message: `Claude is asked again (${numberAt(message, "attempt")} of ${numberAt(message, "max_retries")}).` });
        return;
      case "stream_event":
        return readStream(message);
      case "assistant":
        errorCode = textAt(message, "error") || errorCode;
        return;
      case "user":
        return endTools(message);
      case "rate_limit_event": {
        const info = objectAt(message, "rate_limit_info");
        onEvent({ kind: "limits", said: message });
        if (info["status"] === "rejected") resetsAt = fromEpoch(info["resetsAt"], clock());
        return;
      }
      case "result":
        result = message;
    }
  }

  /** Text of subagents is theirs: it reaches the answer only as far as Claude repeats it. */
  function readStream(message: Message): void {
    if (message["parent_tool_use_id"] !== null && message["parent_tool_use_id"] !== undefined) return;
    const event = objectAt(message, "event");
    const delta = textAt(objectAt(event, "delta"), "text");
    if (event["type"] === "content_block_delta" && delta !== "") onEvent({ kind: "text", text: delta });
    const block = objectAt(event, "content_block");
    if (event["type"] !== "content_block_start" || block["type"] !== "tool_use") return;
    tools.set(textAt(block, "id"), textAt(block, "name"));
    onEvent({ kind: "tool", name: textAt(block, "name"), state: "begun" });
  }

  function endTools(message: Message): void {
    for (const block of objectsAt(objectAt(message, "message"), "content")) {
      const name = tools.get(textAt(block, "tool_use_id"));
      if (block["type"] !== "tool_result" || name === undefined) continue;
      tools.delete(textAt(block, "tool_use_id"));
      onEvent({ kind: "tool", name, state: "ended" });
    }
  }

  /** The result; throws BrainFailure when Claude says that it failed, or ended without a word. */
  function finish(line: string): BrainResult {
    if (!result || result["is_error"] === true || result["subtype"] !== "success") throw failure(line);
    const usage = usageOf(result);
    onEvent({ kind: "usage", usage });
    const used = Object.keys(objectAt(result, "modelUsage"));
    return { text: textAt(result, "result"), model: model || (used[0] ?? "claude"), way, usage, ...(sessionId !== undefined && { sessionId }) };
  }

  function failure(line: string): BrainFailure {
    const status = numberAt(result, "api_error_status");
    const errors = Array.isArray(result?.["errors"]) ? result["errors"].filter((each) => typeof each === "string") : [];
    // Only the text of a result that is marked as an error, never that of an answer.
    const said = result ? textAt(result, "result") || (errors.at(-1) ?? "") : line;
    return recognise({ who: "Claude", now: clock(), line: said, ...(status >= 400 && { status }), ...(errorCode !== undefined && { codes: [errorCode] }), retryAt: resetsAt, facts: { otherWay: result === undefined && sessionId === undefined } });
  }

  return { read, finish, failure, finished: () => result !== undefined };
}

function usageOf(result: Message): Usage {
  const models = Object.values(objectAt(result, "modelUsage"));
  const sum = (key: string) => models.reduce<number>((total, each) => total + numberAt(each, key), 0);
  return {
    inputTokens: sum("inputTokens") + sum("cacheReadInputTokens") + sum("cacheCreationInputTokens"),
    outputTokens: sum("outputTokens"),
    cachedTokens: sum("cacheReadInputTokens"),
    ...(typeof result["total_cost_usd"] === "number" && { costMicros: Math.round(result["total_cost_usd"] * 1_000_000) }),
  };
}
