import { homedir } from "node:os";
import { join } from "node:path";

export type StoreName = "claude" | "codex" | "openclaw";

/** Where a client keeps the transcripts of its sessions as files. */
export interface SessionStore {
  name: StoreName;
  roots: string[];
  /** Whether a file below a root, by its path from there, is part of a session. */
  wanted: (path: string) => boolean;
  /** The file beside them that lists the sessions by key, where there is one. */
  index?: string;
}

type Environment = Record<string, string | undefined>;

/** OpenClaw's newer sessions are in its SQLite, which only its own commands change. */
export function sessionStores(environment: Environment): SessionStore[] {
  const home = environment["HOME"] || homedir();
  const claude = environment["CLAUDE_CONFIG_DIR"];
  const codex = environment["CODEX_HOME"] || join(home, ".codex");
  return [
    {
      name: "claude",
      roots: (claude ? [claude] : [join(home, ".claude"), join(home, ".config", "claude")]).map((folder) => join(folder, "projects")),
      // Below a project a session has a file, and a folder of its own for what is long. "memory" is a person's.
      wanted: (path) => /^[^/]+\/[\da-f-]{36}(?:\.jsonl$|\/)/.test(path),
    },
    { name: "codex", roots: [join(codex, "sessions"), join(codex, "archived_sessions")], wanted: (path) => /(?:^|\/)rollout-[^/]*\.jsonl(?:\.zst)?$/.test(path) },
    {
      name: "openclaw",
      roots: [join(environment["OPENCLAW_STATE_DIR"] || join(home, ".openclaw"), "agents")],
      wanted: (path) => /^[^/]+\/sessions\/[^/]+\.jsonl(?:\.|$)/.test(path),
      index: "sessions.json",
    },
  ];
}
