import { object, string } from "../raw.ts";
import type { TranscriptReader, Turn } from "./turn.ts";

/** Claude Code's JSONL: a message a line, tool results as the person's messages. Sub-agents' side chains are left out. */
export function claudeReader(): TranscriptReader {
  const turns: Turn[] = [];
  const running = new Map<string, Extract<Turn, { runs: string }>>();
  return {
    turns: () => turns,
    line: (entry) => {
      if (entry["isSidechain"] === true || entry["isMeta"] === true || entry["isCompactSummary"] === true) return;
      const { content } = object(entry["message"]);
      if (entry["type"] === "user") {
        if (typeof content === "string") addUser(turns, content);
        for (const block of blocks(content)) {
          if (block["type"] === "text") addUser(turns, string(block["text"]));
          if (block["type"] === "tool_result") answer(running.get(string(block["tool_use_id"])), block);
        }
      }
      if (entry["type"] !== "assistant") return;
      for (const block of blocks(content)) {
        if (block["type"] === "text" && string(block["text"]).trim() !== "") turns.push({ says: string(block["text"]) });
        if (block["type"] === "tool_use") addTool(turns, running, block);
      }
    },
  };
}

function addUser(turns: Turn[], text: string): void {
  // What starts with a tag was put there by the CLI, not typed.
  if (text.trim() !== "" && !/^\s*<[a-z-]+>/.test(text) && !text.startsWith("[Request interrupted")) turns.push({ user: text });
}

function addTool(turns: Turn[], running: Map<string, Extract<Turn, { runs: string }>>, block: Record<string, unknown>): void {
  const name = string(block["name"]);
  const input = object(block["input"]);
  const path = string(input["file_path"]) || string(input["notebook_path"]);
  if (/^(?:Write|Edit|MultiEdit|NotebookEdit)$/.test(name) && path !== "") {
    const edits = Array.isArray(input["edits"]) ? input["edits"].map((edit) => string(object(edit)["new_string"])) : [];
    turns.push({ edits: path, added: [string(input["content"]), string(input["new_string"]), string(input["new_source"]), ...edits].filter(Boolean).join("\n") });
  } else if (name === "Bash") {
    const run = { runs: string(input["command"]), output: "", failed: false };
    turns.push(run);
    running.set(string(block["id"]), run);
  } else if (/^(?:WebFetch|WebSearch)$/.test(name) || name.startsWith("mcp__")) {
    turns.push({ reads: name });
  }
}

function answer(run: Extract<Turn, { runs: string }> | undefined, block: Record<string, unknown>): void {
  if (!run) return;
  const { content } = block;
  run.output = typeof content === "string" ? content : blocks(content).map((part) => string(part["text"])).join("\n");
  run.failed = block["is_error"] === true;
}

function blocks(content: unknown): Record<string, unknown>[] {
  return Array.isArray(content) ? content.map(object) : [];
}
