import { claudeTool } from "./claude-tool.ts";
import { codexTool } from "./codex-tool.ts";
import { parseObject, type Raw, string } from "./raw.ts";

/** A CLI's event, the same for both. What it did not say is "". */
export interface HookInput {
  client: "claude" | "codex";
  event: string;
  session: string;
  turn: string;
  cwd: string;
  transcript: string;
  /** How a session started: startup, resume, clear, compact. */
  source: string;
  prompt: string;
  tool: ToolUse | undefined;
  lastMessage: string;
  /** It only plans: the person said that nothing is to be changed yet. */
  planning: boolean;
  /** Something of it still runs, and wakes it again. */
  waits: boolean;
  /** This is the answer to our own "not yet". */
  stopActive: boolean;
}

export interface ToolUse {
  name: string;
  id: string;
  input: Record<string, unknown>;
  /** What it answered, as text. */
  output: string;
  /** Undefined where the CLI does not say. */
  failed: boolean | undefined;
  /** By the person. */
  interrupted: boolean;
  /** Of a page that was fetched. */
  url: string;
}

/** Undefined for what is no event of a session. */
export function readInput(event: string, text: string, environment: Record<string, string | undefined>): HookInput | undefined {
  const raw = parseObject(text);
  if (!raw || string(raw["session_id"]) === "") return undefined;
  const client = isCodex(raw, environment) ? "codex" : "claude";
  return {
    client,
    event,
    session: string(raw["session_id"]),
    turn: string(raw["turn_id"]) || string(raw["prompt_id"]),
    cwd: string(raw["cwd"]),
    transcript: string(raw["transcript_path"]),
    source: string(raw["source"]),
    prompt: string(raw["prompt"]),
    tool: string(raw["tool_name"]) === "" ? undefined : client === "codex" ? codexTool(raw) : claudeTool(raw),
    lastMessage: string(raw["last_assistant_message"]),
    planning: raw["permission_mode"] === "plan",
    waits: [raw["background_tasks"], raw["session_crons"]].some((each) => Array.isArray(each) && each.length > 0),
    stopActive: raw["stop_hook_active"] === true,
  };
}

/** Both send the same names; Codex says its model with each event, and its transcripts are called rollouts. */
function isCodex(raw: Raw, environment: Record<string, string | undefined>): boolean {
  const transcript = string(raw["transcript_path"]);
  if (transcript !== "") return /(?:^|[/\\])rollout-[^/\\]*$/.test(transcript);
  return environment["CLAUDECODE"] === undefined && ("turn_id" in raw || "model" in raw);
}
