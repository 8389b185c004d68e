import { iso, withRoom } from "./draw.ts";
import type { Line } from "./sink.ts";
import { slotMs } from "./truth.ts";
import { drawTokens, type World } from "./world.ts";

/**
 * How a rollout is written: Codex 0.169.0 (`paginated`), the same with forks that copy (`records`), and versions that
 * had no record of each response, only sums that repeat (`sums`).
 */
export type Kind = "paginated" | "records" | "sums";

/** A line but for its envelope, which a fork that copies stamps anew. */
export interface Entry {
  atMs: number;
  body: readonly string[];
  /** Whether such a fork takes it along. */
  copied: boolean;
}

export interface Thread {
  kind: Kind;
  id: string;
  /** The session it belongs to: a sub-agent's is its parent's. */
  session: string;
  cwd: string;
  model: string;
  atMs: number;
  entries: Entry[];
  /** input, cached, written to the cache, output, reasoning: since the thread, or what it was forked from, began. */
  sums: number[];
  /** The server whose result the next response reads. */
  mcpServer: string;
  /** All of a turn in one slot: when a fork is all that is left, only the turn's begin is known. */
  tight: boolean;
}

const models = ["gpt-6.1-sol", "gpt-6.1-sol", "gpt-5.5-codex", "gpt-5-codex-mini", "quokka-9b"];

export function beginThread({ draw, projects }: World, kind: Kind, tight = false): Thread {
  const atMs = draw.start();
  const id = draw.uuidAt(atMs);
  const thread: Thread = { kind, id, session: id, cwd: draw.pick(projects), model: draw.pick(models), atMs, entries: [], sums: [0, 0, 0, 0, 0], mcpServer: "", tight };
  thread.entries.push(opening(thread));
  return thread;
}

/** The first line of a rollout; `more` says where it came from. */
export function opening({ kind, id, session, cwd, atMs }: Thread, more = ""): Entry {
  const source = more.includes('"source"') ? "" : `"source":"cli",`;
  return entry(atMs, `"type":"session_meta","payload":{"session_id":"${session}","id":"${id}",${more}"timestamp":"${iso(atMs)}","cwd":"${cwd}","originator":"codex_cli_rs","cli_version":"${kind === "paginated" ? "0.169.0" : "0.120.0"}",${source}"model_provider":"openai","base_instructions":{"text":"You are a coding agent"}${kind === "paginated" ? ',"history_mode":"paginated"' : ""}}`);
}

export function entry(atMs: number, ...body: string[]): Entry {
  return { atMs, body, copied: true };
}

export function addTurns(world: World, thread: Thread, turns: number): void {
  for (let turn = 0; turn < turns; turn++) addTurn(world, thread);
}

function addTurn(world: World, thread: Thread): void {
  const { draw, texts } = world;
  const responses = 1 + draw.between(0, thread.tight ? 4 : 14);
  thread.atMs += 5_000 + draw.between(0, 1_500_000);
  if (thread.tight) thread.atMs = withRoom(thread.atMs, slotMs / 3);
  const turn = draw.uuidAt(thread.atMs);
  const begun = Math.floor(thread.atMs / 1_000);
  if (draw.chance(0.1)) thread.model = draw.pick(models);
  const add = (...body: string[]) => thread.entries.push(entry(thread.atMs, ...body));
  add(`"type":"event_msg","payload":{"type":"task_started","turn_id":"${turn}","started_at":${begun},"model_context_window":272000}`);
  add(`"type":"turn_context","payload":{"turn_id":"${turn}","cwd":"${thread.cwd}","approval_policy":"never","model":"${thread.model}","summary":"none"}`);
  add(`"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"`, texts.short(), `"}]}`);
  for (let response = 1; response <= responses; response++) addResponse(world, thread, turn, response < responses);
  add(`"type":"event_msg","payload":{"type":"task_complete","turn_id":"${turn}","last_agent_message":null,"started_at":${begun},"completed_at":${Math.floor(thread.atMs / 1_000)}}`);
}

interface Call {
  id: string;
  mcp: boolean;
  failed: boolean;
}

function addResponse(world: World, thread: Thread, turn: string, usesTools: boolean): void {
  const { draw, texts, truth } = world;
  const { kind } = thread;
  thread.atMs = withRoom(thread.atMs + 800 + draw.between(0, thread.tight ? 3_000 : 45_000), 8_000);
  const add = (...body: string[]) => thread.entries.push(entry(thread.atMs, ...body));
  const last = addUse(world, thread);
  if (draw.chance(0.5)) add(`"type":"response_item","payload":{"type":"reasoning","id":"rs_${draw.hex(20)}","summary":[{"type":"summary_text","text":"`, texts.short(), `"}],"content":null,"encrypted_content":"${draw.hex(400)}"}`);
  if (!usesTools || draw.chance(0.3)) add(`"type":"response_item","payload":{"type":"message","id":"msg_${draw.hex(20)}","role":"assistant","content":[{"type":"output_text","text":"`, texts.prose(), `"}]}`);
  const calls = usesTools ? Array.from({ length: 1 + draw.between(0, 2) }, (): Call => ({ id: `call_${draw.hex(22)}`, mcp: kind === "paginated" && draw.chance(0.2), failed: draw.chance(0.08) })) : [];
  for (const { id, mcp } of calls) {
    truth.call("codex", mcp ? "mcp__kb__kb_search" : "exec_command");
    const name = mcp ? '"name":"kb_search","namespace":"mcp__kb"' : '"name":"exec_command"';
    add(`"type":"response_item","payload":{"type":"function_call","id":"fc_${draw.hex(20)}",${name},"arguments":"{\\"cmd\\":\\"`, texts.short(), `\\"}","call_id":"${id}"}`);
  }
  if (kind !== "sums") {
    add(`"type":"token_usage_record","payload":{"thread_id":"${thread.id}","turn_id":"${turn}","session_id":"${thread.session}","root_turn_id":"${turn}","response_id":"resp_${draw.hex(40)}","usage":${usage(last, kind)},"turn_token_usage":${usage(last, kind)},"thread_token_usage":${usage(thread.sums, kind)}}`);
  }
  // Versions without records told the sum when the response had come, and told it again.
  if (kind === "sums") for (let times = 1 + draw.between(0, 2); times > 0; times--) add(...tokenCount(world, thread, last));
  for (const call of calls) addOutput(world, thread, call);
  if (kind !== "sums") add(...tokenCount(world, thread, last));
  if (draw.chance(0.03)) add(...tokenCount(world, thread));
}

/** A response's tokens, into the truth and the thread's sums. */
function addUse({ draw, truth }: World, thread: Thread): number[] {
  const { input, output, cacheRead, cache5m, reasoning } = drawTokens(draw);
  const written = thread.kind === "sums" ? 0 : cache5m;
  truth.count({
    client: "codex", session: thread.session, project: thread.cwd, model: thread.model, mcpServer: thread.mcpServer, atMs: thread.atMs,
    tokens: { inputTokens: input, outputTokens: output, cacheReadTokens: cacheRead, cacheWrite5mTokens: written, cacheWrite1hTokens: 0, reasoningTokens: reasoning },
  });
  thread.mcpServer = "";
  const last = [input + cacheRead + written, cacheRead, written, output, reasoning];
  thread.sums = thread.sums.map((sum, at) => sum + (last[at] ?? 0));
  return last;
}

export function usage([input = 0, cached = 0, written = 0, output = 0, reasoning = 0]: readonly number[], kind: Kind): string {
  return `{"input_tokens":${input},"cached_input_tokens":${cached},${kind === "sums" ? "" : `"cache_write_input_tokens":${written},`}"output_tokens":${output},"reasoning_output_tokens":${reasoning},"total_tokens":${input + output}}`;
}

/** After a response, or without one, when only the limits were told. */
export function tokenCount({ draw }: World, { kind, sums, atMs }: Thread, last?: readonly number[]): string[] {
  const window = (minutes: number) => `{"used_percent":${draw.below(1_000) / 10},"window_minutes":${minutes},"resets_at":${(Math.floor(atMs / 60_000 / minutes) + 1) * minutes * 60}}`;
  const info = last ? `{"total_token_usage":${usage(sums, kind)},"last_token_usage":${usage(last, kind)},"model_context_window":272000}` : "null";
  return [`"type":"event_msg","payload":{"type":"token_count","info":${info},"rate_limits":{"limit_id":"codex","limit_name":null,"primary":${window(300)},"secondary":${window(10_080)},"credits":null,"plan_type":"plus"}}`];
}

function addOutput({ draw, texts, truth }: World, thread: Thread, { id, mcp, failed }: Call): void {
  const began = thread.atMs;
  thread.atMs += 10 + draw.between(0, thread.tight ? 500 : 9_000);
  if (failed) truth.fail("codex", mcp ? "mcp__kb__kb_search" : "exec_command");
  if (mcp) thread.mcpServer = "kb";
  const status = failed ? "failed" : "completed";
  const output = texts.output();
  if (thread.kind !== "sums") {
    const item = mcp ? `"type":"McpToolCall","id":"${id}","server":"kb","tool":"kb_search","status":"${status}"` : `"type":"CommandExecution","id":"${id}","command":["/bin/bash"],"status":"${status}","exit_code":${failed ? 1 : 0}`;
    // A fork that copies leaves the items out.
    thread.entries.push({ ...entry(thread.atMs, `"type":"event_msg","payload":{"type":"item_completed","thread_id":"${thread.id}","item":{${item},"aggregated_output":"`, output, `"},"started_at_ms":${began},"completed_at_ms":${thread.atMs}}`), copied: false });
  }
  const said = mcp ? "" : `Process exited with code ${failed ? 1 : 0}\\nOutput:\\n`;
  thread.entries.push(entry(thread.atMs, `"type":"response_item","payload":{"type":"function_call_output","call_id":"${id}","output":"${said}`, output, `"}`));
}

/** The lines of a rollout; `stampMs` replaces every time. */
export function linesOf({ kind }: Pick<Thread, "kind">, entries: readonly Entry[], { stampMs, ordinal = 0 }: { stampMs?: number; ordinal?: number } = {}): Line[] {
  return entries.map(({ atMs, body }, at) => [`{"timestamp":"${iso(stampMs ?? atMs)}",${kind === "paginated" ? `"ordinal":${ordinal + at},` : ""}`, ...body, "}\n"]);
}
