import { describe, expect, it } from "vitest";
import { decodeLogs, decodeMetrics, decodeTraces } from "./decode.ts";
import { logsToEvents } from "./logs.ts";
import { metricsToEvents } from "./metrics.ts";
import { recording } from "./testing/recordings.ts";
import { tracesToEvents } from "./traces.ts";

const now = 1_000;
const traces = (name: string) => tracesToEvents(decodeTraces(recording(name).type, recording(name).body), now);
const logs = (name: string) => logsToEvents(decodeLogs(recording(name).type, recording(name).body), now);
const metrics = (name: string) => metricsToEvents(decodeMetrics(recording(name).type, recording(name).body), now);

describe("what Claude Code sends", () => {
  const session = "4755a42f-615f-4546-84dd-f408c0b2a4a5";
  const traceId = "ee075fefb8c9d36c037b2668a1c79b61";

  it("LOG-09 spans keep their tree, their durations and the ids that join them", () => {
    const events = traces("claude-traces.pb");
    expect(events.map(({ action }) => action).sort()).toEqual(["claude_code.interaction", "claude_code.llm_request", "claude_code.llm_request", "claude_code.tool", "claude_code.tool.blocked_on_user", "claude_code.tool.execution"]);
    expect(events.find(({ action }) => action === "claude_code.tool")).toEqual({
      traceId,
      spanId: "fa760c4def380fed",
      parentId: "4f0b6835d58f0541",
      time: 1_795_262_416_368,
      category: "telemetry",
      action: "claude_code.tool",
      service: "claude-code",
      status: "ok",
      durationMs: 90.779_006,
      metadata: { "session.id": session, "gen_ai.conversation.id": session, "gen_ai.tool.call.id": "toolu_1", "gen_ai.tool.name": "kb_search", "mcp.server.name": "kb", "terminal.type": "non-interactive" },
    });
  });

  it("LOG-09 logs keep tokens, cost and the length of the prompt", () => {
    const events = logs("claude-logs.pb");
    expect(events.map(({ action }) => action)).toEqual(["user_prompt", "tool_decision", "api_request", "tool_result", "api_request"]);
    expect(events[0]).toMatchObject({ traceId, parentId: "4f0b6835d58f0541", metadata: { prompt_length: 36, "paios.turn.id": "3c76d266-b72b-4fe4-8dc8-1cefb800639d" } });
    expect(events[2]).toMatchObject({ durationMs: 56, metadata: { "session.id": session, "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 5, "paios.cost_usd": expect.closeTo(0.000_14) as number } });
    expect(events[3]).toMatchObject({ durationMs: 81, status: "ok", metadata: { "gen_ai.tool.call.id": "toolu_1", tool_result_size_bytes: 31 } });
  });

  it("LOG-09 metrics become one event a point, in the trace of their session", () => {
    const events = metrics("claude-metrics.pb");
    expect(events).toHaveLength(12);
    expect(new Set(events.map((event) => event.traceId))).toEqual(new Set(["b52efc46bffe56fe84278ea43ba5b19f"]));
    expect(events[1]).toMatchObject({ action: "claude_code.cost.usage", metadata: { "paios.metric.value": expect.closeTo(0.000_14) as number, "paios.metric.unit": "USD", "paios.metric.temporality": "delta" } });
  });
});

describe("what Codex sends", () => {
  const conversation = "01a1fdfa-8965-7201-a480-11e3498eb191";
  const turn = "01a1fdfa-89b2-75e2-adea-d42a221c5879";

  it("LOG-09 of its spans the telling ones stay, each on the nearest one above it", () => {
    const events = traces("codex-traces.json");
    const named = (action: string) => events.find((event) => event.action === action);
    expect(events.map(({ action }) => action).sort()).toEqual(["codex.turn_input", "mcp.tools.call", "model_client.stream_responses_api", "model_client.stream_responses_api", "responses.stream_request", "responses.stream_request", "session_task.turn"]);
    expect(named("codex.turn_input")?.parentId).toBeUndefined();
    expect(named("session_task.turn")).toMatchObject({ parentId: named("codex.turn_input")?.spanId, metadata: { "gen_ai.conversation.id": conversation, "paios.turn.id": turn, "gen_ai.usage.input_tokens": 20, "gen_ai.usage.output_tokens": 10 } });
    expect(named("mcp.tools.call")).toMatchObject({ parentId: named("session_task.turn")?.spanId, durationMs: 80.973_932, metadata: { "gen_ai.tool.call.id": "call_2", "session.id": conversation, "mcp.server.name": "kb" } });
  });

  it("LOG-09 of its logs, tokens where they are counted, in the trace of the session where none is named", () => {
    const events = logs("codex-logs.json");
    expect(events.map(({ action }) => action)).toEqual(["codex.conversation_starts", "codex.user_prompt", "codex.api_request", "codex.sse_event", "codex.tool_result"]);
    expect(events[3]).toMatchObject({ traceId: "dd32c9ac9e66272efebfce223ea7ea91", time: 1_795_262_417_438.71, metadata: { "gen_ai.conversation.id": conversation, "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 5 } });
    expect(events[4]).toMatchObject({ durationMs: 85, metadata: { "gen_ai.tool.call.id": "call_2", "gen_ai.tool.name": "kb_search" } });
  });

  it("LOG-09 of its metrics, what it did and used", () => {
    expect(new Set(metrics("codex-metrics.json").map(({ action }) => action))).toEqual(new Set(["codex.thread.started", "codex.tool.call", "codex.turn.token_usage"]));
  });
});

it("nothing that a person, a model or a tool said is kept", () => {
  const raw = ["claude-traces.pb", "claude-logs.pb", "codex-logs.json"].map((name) => recording(name).body.toString("latin1"));
  expect(raw.filter((text) => text.includes("secret-"))).toHaveLength(3);
  const kept = JSON.stringify([traces("claude-traces.pb"), logs("claude-logs.pb"), metrics("claude-metrics.pb"), traces("codex-traces.json"), logs("codex-logs.json"), metrics("codex-metrics.json")]);
  expect(kept).not.toMatch(/secret-|Wall time|user\.id|user\.email/);
});
