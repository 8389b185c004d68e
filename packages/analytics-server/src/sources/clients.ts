import { homedir } from "node:os";
import { basename, join } from "node:path";
import { readClaudeLine } from "../clients/claude.ts";
import { newCodexState, readCodexLine } from "../clients/codex.ts";
import type { LineBytes } from "../clients/json.ts";
import { newOpenClawState, readOpenClawLine } from "../clients/openclaw.ts";
import type { Row, SkipReason } from "../index/row.ts";

type Environment = Record<string, string | undefined>;

/** Where a client keeps its sessions as lines, and how a line of them is read. */
export interface LineSource {
  client: string;
  roots: string[];
  wanted: (name: string) => boolean;
  /** What stays of a file's name when it is compressed or moved. */
  nameOf: (name: string) => string;
  /** A reader of one file of that name, which goes on from what it kept the last time. */
  open: (name: string, kept: object) => Reader;
}

interface Reader {
  read: (line: LineBytes) => Row | SkipReason | undefined;
  /** What the file said so far: plain data, to be kept. */
  state: object;
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
      open: (name, state) => {
        const folder = name.slice(0, Math.max(0, name.indexOf("/")));
        return { state, read: (line) => readClaudeLine(line, folder) };
      },
    },
    {
      client: "codex",
      roots: [join(codex, "sessions"), join(codex, "archived_sessions")],
      wanted: (name) => /(^|\/)rollout-[^/]*\.jsonl(\.zst)?$/.test(name),
      nameOf: (name) => basename(name, ".zst"),
      open: (name, kept) => {
        const state = Object.assign(newCodexState(), kept);
        return { state, read: (line) => readCodexLine(line, state, basename(name)) };
      },
    },
    {
      client: "openclaw",
      roots: [join(openClawFolder(environment), "agents")],
      wanted: (name) => /\/sessions\/.*\.jsonl(\.|$)/.test(name) && !name.includes(".trajectory"),
      nameOf: (name) => name.replace(/\.zst$/, ""),
      open: (_name, kept) => {
        const state = Object.assign(newOpenClawState(), kept);
        return { state, read: (line) => readOpenClawLine(line, state) };
      },
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
