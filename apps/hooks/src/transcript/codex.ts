import { object, parseObject, string } from "../raw.ts";
import type { TranscriptReader, Turn } from "./turn.ts";

/** Codex's rollout: response items a line; a command's exit code stands in its output's head. */
export function codexReader(): TranscriptReader {
  const turns: Turn[] = [];
  const running = new Map<string, Extract<Turn, { runs: string }>>();
  return {
    turns: () => turns,
    line: (entry) => {
      if (entry["type"] !== "response_item") return;
      const item = object(entry["payload"]);
      const id = string(item["call_id"]);
      if (item["type"] === "message") addMessage(turns, item);
      if (item["type"] === "function_call" || item["type"] === "custom_tool_call") addCall(turns, running, item, id);
      if (item["type"] === "function_call_output" || item["type"] === "custom_tool_call_output") answer(running.get(id), textOf(item["output"]));
      if (item["type"] === "web_search_call") turns.push({ reads: "web_search" });
    },
  };
}

function addMessage(turns: Turn[], item: Record<string, unknown>): void {
  const text = textOf(item["content"]);
  if (text.trim() === "") return;
  // What Codex itself tells the model comes as the person's message, in a tag or under a heading.
  if (item["role"] === "user" && !/^\s*(?:<[a-z_-]+>|# AGENTS\.md)/.test(text)) turns.push({ user: text });
  if (item["role"] === "assistant") turns.push({ says: text });
}

function addCall(turns: Turn[], running: Map<string, Extract<Turn, { runs: string }>>, item: Record<string, unknown>, id: string): void {
  const name = string(item["name"]);
  const input = parseObject(string(item["arguments"])) ?? {};
  const command = commandOf(input);
  const patch = name === "apply_patch" ? string(item["input"]) || string(input["input"]) : command.includes("*** Begin Patch") ? command : "";
  if (patch !== "") return addPatch(turns, patch);
  if (string(item["namespace"]).startsWith("mcp__")) turns.push({ reads: string(item["namespace"]) });
  if (command === "") return;
  const run = { runs: command, output: "", failed: false };
  turns.push(run);
  running.set(id, run);
}

function addPatch(turns: Turn[], patch: string): void {
  for (const part of patch.split(/^\*\*\* (?=(?:Add|Update|Delete) File: )/m).slice(1)) {
    const path = /^(?:Add|Update|Delete) File: (.+)$/m.exec(part)?.[1]?.trim();
    if (path && !part.startsWith("Delete")) turns.push({ edits: path, added: part.split("\n").filter((line) => line.startsWith("+")).map((line) => line.slice(1)).join("\n") });
  }
}

function commandOf(input: Record<string, unknown>): string {
  const command = input["cmd"] ?? input["command"];
  // `bash -lc` is Codex's, not the model's.
  if (Array.isArray(command)) return string(command.at(-1));
  return string(command);
}

function answer(run: Extract<Turn, { runs: string }> | undefined, output: string): void {
  if (!run) return;
  const code = /^(?:Process exited with code|Exit code:) (\d+)/m.exec(output.slice(0, 500))?.[1];
  run.failed = code !== undefined && code !== "0";
  run.output = output.replace(/^[\s\S]{0,300}?^Output:\n/m, "");
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return Array.isArray(content) ? content.map((part) => string(object(part)["text"])).filter(Boolean).join("\n") : "";
}
