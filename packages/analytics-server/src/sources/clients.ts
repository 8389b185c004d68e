import { homedir } from "node:os";
import { basename, join } from "node:path";
import { readClaudeLine } from "../clients/claude.ts";
import { type CodexState, newCodexState, readCodexLine } from "../clients/codex.ts";
import type { LineBytes } from "../clients/json.ts";
import { type OpenClawState, readOpenClawLine } from "../clients/openclaw.ts";
import type { Row, SkipReason } from "../index/row.ts";

type Environment = Record<string, string | undefined>;

/** Where a client keeps its sessions as lines, and how a line of them is read. */
export interface LineSource {
  client: string;
  roots: string[];
  wanted: (name: string) => boolean;
  /** What stays of a file's name when it is compressed or moved. */
  nameOf: (name: string) => string;
  /** Reads a line; `state` is what the file said so far. */
  read: (line: LineBytes, state: Record<string, unknown>, name: string) => Row | SkipReason | undefined;
}

export function lineSources(environment: Environment): LineSource[] {
  const home = environment["HOME"] || homedir();
  const codex = environment["CODEX_HOME"] || join(home, ".codex");
  return [
    {
      client: "claude",
      roots: claudeFolders(environment, home).map((folder) => join(folder, "projects")),
      wanted: (name) => name.endsWith(".jsonl"),
      nameOf: (name) => name,
      read: (line, _state, name) => readClaudeLine(line, name.slice(0, Math.max(0, name.indexOf("/")))),
    },
    {
      client: "codex",
      roots: [join(codex, "sessions"), join(codex, "archived_sessions")],
      wanted: (name) => /(^|\/)rollout-[^/]*\.jsonl(\.zst)?$/.test(name),
      nameOf: (name) => basename(name, ".zst"),
      read: (line, state, name) => readCodexLine(line, withDefaults(state, newCodexState) as unknown as CodexState, basename(name)),
    },
    {
      client: "openclaw",
      roots: [join(openClawFolder(environment), "agents")],
      wanted: (name) => /\/sessions\/.*\.jsonl(\.|$)/.test(name) && !name.includes(".trajectory"),
      nameOf: (name) => name.replace(/\.zst$/, ""),
      read: (line, state) => readOpenClawLine(line, withDefaults(state, () => ({ session: "", cwd: "" })) as unknown as OpenClawState),
    },
  ];
}

/** Claude Code's own folder, and the one that some of its versions used. */
function claudeFolders(environment: Environment, home: string): string[] {
  const set = environment["CLAUDE_CONFIG_DIR"];
  return set ? [set] : [join(home, ".claude"), join(home, ".config", "claude")];
}

/** Where OpenClaw keeps what it knows. */
function openClawFolder(environment: Environment): string {
  return environment["OPENCLAW_STATE_DIR"] || join(environment["HOME"] || homedir(), ".openclaw");
}

function withDefaults<T extends object>(state: Record<string, unknown>, defaults: () => T): Record<string, unknown> {
  return "session" in state ? state : Object.assign(state, defaults());
}
