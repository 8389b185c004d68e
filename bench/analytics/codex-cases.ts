import { addTurns, beginThread, entry, type Kind, linesOf, opening, type Thread, tokenCount, usage } from "./codex.ts";
import { iso } from "./draw.ts";
import { type Ending, type Line, writeLines } from "./sink.ts";
import { openTruth } from "./truth.ts";
import { type Case, drawTokens, type World } from "./world.ts";

/** What is found in the folders of Codex. */
export const codexCases: Record<string, Case> = {
  "codex plain": (world) => save(world, talk(world, "paginated")),
  "codex old, sums that repeat": (world) => save(world, talk(world, "sums")),
  "codex records without ordinals": (world) => save(world, talk(world, "records")),
  "codex packed": (world) => save(world, talk(world, world.draw.pick(["paginated", "sums"])), { ending: ".jsonl.zst" }),
  "codex packed and not yet removed": packedTwice,
  "codex archived": (world) => save(world, talk(world, "paginated"), { folder: "archived_sessions" }),
  "codex fork that refers": (world) => referring(world, true),
  "codex orphan fork that refers": (world) => referring(world, false),
  "codex fork that copies": (world) => copying(world, "records", true),
  "codex fork that copies sums": (world) => copying(world, "sums", true),
  "codex orphan fork": (world) => copying(world, "records", false),
  "codex orphan fork with sums": (world) => copying(world, "sums", false),
  "codex sub-agent": subAgent,
  "codex compaction": compaction,
  "codex damaged lines": damaged,
};

function talk(world: World, kind: Kind, tight = false): Thread {
  const thread = beginThread(world, kind, tight);
  addTurns(world, thread, 2 + world.draw.between(0, world.turns));
  return thread;
}

interface Place {
  lines?: readonly Line[];
  ending?: ".jsonl" | ".jsonl.zst";
  folder?: "sessions" | "archived_sessions";
  cut?: Ending;
}

function save(world: World, thread: Thread, { lines = linesOf(thread, thread.entries), ending = ".jsonl", folder = "sessions", cut = "whole" }: Place = {}): void {
  // Its name has the time it was begun, which its id begins with too.
  const begun = iso(Number.parseInt(thread.id.replace("-", "").slice(0, 12), 16));
  const days = folder === "sessions" ? `${begun.slice(0, 10).replaceAll("-", "/")}/` : "";
  world.bytes += writeLines(`${world.root}/codex/${folder}/${days}rollout-${begun.slice(0, 19).replaceAll(":", "-")}-${thread.id}${ending}`, lines, cut);
  world.files++;
}

function packedTwice(world: World): void {
  const thread = talk(world, "paginated");
  save(world, thread);
  save(world, thread, { ending: ".jsonl.zst" });
}

function begotten({ draw }: World, parent: Thread): Thread {
  const atMs = parent.atMs + 60_000 + draw.below(86_400_000);
  const id = draw.uuidAt(atMs);
  return { ...parent, id, session: id, atMs, entries: [], mcpServer: "", tight: false };
}

/** Its sums go on from its parent's, which it does not repeat: what a deleted parent used is nowhere. */
function referring(world: World, keepsOriginal: boolean): void {
  const { draw } = world;
  const parent = talk(keepsOriginal ? world : { ...world, truth: openTruth() }, "paginated");
  const child = begotten(world, parent);
  const ordinal = parent.entries.length;
  child.entries.push(opening(child, `"forked_from_id":"${parent.id}","forked_from_ordinal_exclusive":${ordinal},"history_base":{"thread_id":"${parent.id}","end_ordinal_exclusive":${ordinal},"end_byte_offset":1},`));
  addTurns(world, child, 1 + draw.below(2));
  if (keepsOriginal) save(world, parent);
  save(world, child, { lines: linesOf(child, child.entries, { ordinal }) });
}

/** Everything is copied and stamped with the moment of the fork; the original goes on, or is gone. */
function copying(world: World, kind: Kind, keepsOriginal: boolean): void {
  const { draw } = world;
  const parent = talk(world, kind, !keepsOriginal);
  const copied = parent.entries.filter((each) => each.copied);
  const child = begotten(world, parent);
  const forkedMs = child.atMs;
  const header = opening(child, `"forked_from_id":"${parent.id}",`);
  addTurns(world, child, 1 + draw.below(2));
  if (keepsOriginal) {
    addTurns(world, parent, draw.below(3));
    save(world, parent);
  }
  save(world, child, { lines: [...linesOf(child, [header]), ...linesOf(child, copied, { stampMs: forkedMs + 5 }), ...linesOf(child, child.entries)] });
}

/** It belongs to its parent's session; half of them take the parent's messages along, but no tokens. */
function subAgent(world: World): void {
  const { draw } = world;
  const parent = talk(world, "paginated");
  const child = { ...begotten(world, parent), session: parent.session, sums: [0, 0, 0, 0, 0] };
  const takesAlong = draw.chance(0.5);
  const fork = takesAlong ? `"forked_from_id":"${parent.id}",` : "";
  child.entries.push(opening(child, `${fork}"parent_thread_id":"${parent.id}","source":{"subagent":{"thread_spawn":{"parent_thread_id":"${parent.id}","depth":1,"agent_path":null,"agent_nickname":"Russell","agent_role":null}}},"thread_source":"subagent",`));
  if (takesAlong) {
    const messages = parent.entries.filter(({ body }) => body[0]?.includes('"type":"session_meta"') || body[0]?.includes('"type":"message"'));
    child.entries.push(...messages.map((each) => ({ ...each, atMs: child.atMs })));
  }
  addTurns(world, child, 1);
  save(world, parent);
  save(world, child);
}

/** A request of its own, told several times, and then a sum of nothing. */
function compaction(world: World): void {
  const { draw, truth, texts } = world;
  const thread = talk(world, "paginated");
  const { output } = drawTokens(draw);
  const last = [50_000, 0, 0, output, 0];
  thread.atMs += 60_000;
  const turn = draw.uuidAt(thread.atMs);
  const add = (...body: string[]) => thread.entries.push(entry(thread.atMs, ...body));
  truth.count({ client: "codex", session: thread.session, project: thread.cwd, model: thread.model, mcpServer: thread.mcpServer, atMs: thread.atMs, tokens: { inputTokens: 50_000, outputTokens: output, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0, reasoningTokens: 0 } });
  thread.mcpServer = "";
  add(`"type":"event_msg","payload":{"type":"task_started","turn_id":"${turn}","started_at":${Math.floor(thread.atMs / 1_000)},"model_context_window":272000}`);
  add(...tokenCount(world, thread, last));
  thread.sums = thread.sums.map((sum, at) => sum + (last[at] ?? 0));
  add(`"type":"token_usage_record","payload":{"thread_id":"${thread.id}","turn_id":"${turn}","session_id":"${thread.session}","root_turn_id":"${turn}","response_id":"resp_${draw.hex(40)}","usage":${usage(last, "paginated")},"turn_token_usage":${usage(last, "paginated")},"thread_token_usage":${usage(thread.sums, "paginated")}}`);
  add(...tokenCount(world, thread, last));
  add(`"type":"compacted","payload":{"message":"`, texts.prose(), `","replacement_history":[]}`);
  add(`"type":"event_msg","payload":{"type":"token_count","info":{"total_token_usage":${usage(thread.sums, "paginated")},"last_token_usage":{"input_tokens":0,"cached_input_tokens":0,"cache_write_input_tokens":0,"output_tokens":0,"reasoning_output_tokens":0,"total_tokens":6075},"last_usage_includes_reasoning":true,"model_context_window":272000},"rate_limits":null}`);
  addTurns(world, thread, 1);
  save(world, thread);
}

const junk = ["\n", "{\n", "null\n", "\0\0\0\0\n", '{"timestamp":"2026-05-05T05:05:05.000Z","type":"token_usage_record"\n', '{"timestamp":"2026-05-05T05:05:05.000Z","type":"event_msg","payload":{"type":"token_count","info":null,"rate_limits":null}}\n'];

function damaged(world: World): void {
  const thread = talk(world, world.draw.pick(["paginated", "sums"]));
  thread.entries.push(entry(thread.atMs, `"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"`, world.texts.output(), `"}]}`));
  save(world, thread, { lines: linesOf(thread, thread.entries).flatMap((line): Line[] => (world.draw.chance(0.1) ? [line, [world.draw.pick(junk)]] : [line])), cut: "half" });
}
