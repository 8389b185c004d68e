import { object, parseObject, type Raw, string } from "../raw.ts";
import { drop, isTyped, type TranscriptReader, type Turn } from "./turn.ts";

/** Codex's rollout: response items a line; a command's exit code stands in its output's head. */
export function codexReader(): TranscriptReader {
  const turns: Turn[] = [];
  const called = new Map<string, Turn[]>();
  return {
    turns: () => turns,
    line: (entry) => {
      if (entry["type"] !== "response_item") return;
      const item = object(entry["payload"]);
      const id = string(item["call_id"]);
      if (item["type"] === "message") addMessage(turns, item);
      if (item["type"] === "function_call" || item["type"] === "custom_tool_call") {
        const made = turnsOf(item);
        turns.push(...made);
        called.set(id, made);
      }
      if (item["type"] === "function_call_output" || item["type"] === "custom_tool_call_output") answer(turns, called.get(id) ?? [], textOf(item["output"]));
      if (item["type"] === "web_search_call") turns.push({ reads: "web_search" });
    },
  };
}

function addMessage(turns: Turn[], item: Raw): void {
  const text = textOf(item["content"]);
  if (item["role"] === "user" && isTyped(text)) turns.push({ user: text });
  if (item["role"] === "assistant" && text.trim() !== "") turns.push({ says: text });
}

function turnsOf(item: Raw): Turn[] {
  const name = string(item["name"]);
  const input = parseObject(string(item["arguments"])) ?? {};
  const command = commandOf(input);
  const patch = name === "apply_patch" ? string(item["input"]) || string(input["input"]) : command.includes("*** Begin Patch") ? command : "";
  if (patch !== "") return editsOf(patch);
  const namespace = string(item["namespace"]);
  if (namespace.startsWith("mcp__")) return [{ reads: namespace }];
  if (name === "spawn_agent") return [{ reads: name }];
  return command === "" ? [] : [{ runs: command, output: "", failed: false }];
}

function editsOf(patch: string): Turn[] {
  return patch.split(/^\*\*\* (?=(?:Add|Update|Delete) File: )/m).slice(1).flatMap((part) => {
    const path = /^(?:Add|Update|Delete) File: (.+)$/m.exec(part)?.[1]?.trim();
    if (!path || part.startsWith("Delete")) return [];
    return [{ edits: path, added: addedIn(part.split("\n")) }];
  });
}

/** What only moved was there before. */
function addedIn(lines: readonly string[]): string {
  const gone = new Set(lines.filter((line) => line.startsWith("-")).map((line) => line.slice(1)));
  return lines.filter((line) => line.startsWith("+") && !gone.has(line.slice(1))).map((line) => line.slice(1)).join("\n");
}

function commandOf(input: Record<string, unknown>): string {
  const command = input["cmd"] ?? input["command"];
  // `bash -lc` is Codex's, not the model's.
  if (Array.isArray(command)) return string(command.at(-1));
  return string(command);
}

function answer(turns: Turn[], made: readonly Turn[], output: string): void {
  const code = /^(?:Process exited with code|Exit code:) (\d+)|"exit_code": ?(\d+)/m.exec(output.slice(0, 500) + output.slice(-200));
  const failed = code !== null && (code[1] ?? code[2]) !== "0";
  for (const turn of made) {
    if ("edits" in turn && (failed || /^(?:unsupported call|apply_patch verification failed|failed|error)\b/i.test(output))) drop(turns, [turn]);
    if (!("runs" in turn)) continue;
    turn.failed = failed;
    turn.output = output.replace(/^[\s\S]{0,300}?^Output:\n/m, "");
  }
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return Array.isArray(content) ? content.map((part) => string(object(part)["text"])).filter(Boolean).join("\n") : "";
}
