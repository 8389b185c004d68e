import { object, type Raw, string } from "../raw.ts";
import { drop, isTyped, type TranscriptReader, type Turn } from "./turn.ts";

/** Claude Code's JSONL: a message a line, tool results as the person's messages. Sub-agents' side chains are left out. */
export function claudeReader(): TranscriptReader {
  const turns: Turn[] = [];
  const called = new Map<string, Turn>();
  return {
    turns: () => turns,
    line: (entry) => {
      if (entry["isSidechain"] === true || entry["isMeta"] === true || entry["isCompactSummary"] === true) return;
      const { content } = object(entry["message"]);
      if (entry["type"] === "user") {
        if (typeof content === "string") addUser(turns, content);
        for (const block of blocks(content)) {
          if (block["type"] === "text") addUser(turns, string(block["text"]));
          if (block["type"] === "tool_result") answer(turns, called.get(string(block["tool_use_id"])), block, object(entry["toolUseResult"]));
        }
      }
      if (entry["type"] !== "assistant") return;
      for (const block of blocks(content)) {
        if (block["type"] === "text" && string(block["text"]).trim() !== "") turns.push({ says: string(block["text"]) });
        const turn = block["type"] === "tool_use" ? turnOf(string(block["name"]), object(block["input"])) : undefined;
        if (!turn) continue;
        turns.push(turn);
        called.set(string(block["id"]), turn);
      }
    },
  };
}

function addUser(turns: Turn[], text: string): void {
  if (isTyped(text)) turns.push({ user: text });
}

function turnOf(name: string, input: Raw): Turn | undefined {
  const path = string(input["file_path"]) || string(input["notebook_path"]);
  if (/^(?:Write|Edit|MultiEdit|NotebookEdit)$/.test(name) && path !== "") {
    const edits = [input, ...(Array.isArray(input["edits"]) ? input["edits"].map(object) : [])];
    return { edits: path, added: edits.map((edit) => fresh(string(edit["content"]) || string(edit["new_string"]) || string(edit["new_source"]), string(edit["old_string"]))).filter(Boolean).join("\n") };
  }
  if (name === "Bash") return { runs: string(input["command"]), output: "", failed: false };
  return /^(?:WebFetch|WebSearch|Task|Agent|mcp__.*)$/.test(name) ? { reads: name } : undefined;
}

/** The lines that were not there before. */
function fresh(text: string, before: string): string {
  if (before === "") return text;
  const known = new Set(before.split("\n"));
  return text.split("\n").filter((line) => !known.has(line)).join("\n");
}

function answer(turns: Turn[], turn: Turn | undefined, block: Raw, result: Raw): void {
  if (!turn) return;
  const { content } = block;
  const failed = block["is_error"] === true;
  if ("edits" in turn) {
    if (failed) drop(turns, [turn]);
    else turn.added = fresh(turn.added, string(result["originalFile"]));
  }
  if (!("runs" in turn)) return;
  turn.output = typeof content === "string" ? content : blocks(content).map((part) => string(part["text"])).join("\n");
  turn.failed = failed;
}

function blocks(content: unknown): Raw[] {
  return Array.isArray(content) ? content.map(object) : [];
}
