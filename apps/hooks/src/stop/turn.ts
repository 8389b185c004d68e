import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { readTranscript } from "../transcript/read.ts";
import type { Turn } from "../transcript/turn.ts";

/** What was said and done since the person's last word. */
export interface LastTurn {
  message: string;
  edits: { path: string; added: string }[];
  commands: string[];
  /** By a path as it stands in the message. */
  exists: (path: string) => boolean;
  /** The text of a file that was changed, as it is now; "" when it is gone or large. */
  now: (path: string) => string;
}

const transcriptBytes = 1024 * 1024;
const maxBytes = 512 * 1024;

export function lastTurn({ transcript, client, lastMessage, cwd }: { transcript: string; client: "claude" | "codex"; lastMessage: string; cwd: string }): LastTurn {
  const turns = transcript === "" ? [] : safely(() => readTranscript(transcript, client, transcriptBytes));
  const since = turns.slice(turns.findLastIndex((turn) => "user" in turn) + 1);
  return {
    message: lastMessage || (since.findLast((turn) => "says" in turn)?.says ?? ""),
    edits: since.flatMap((turn) => ("edits" in turn ? [{ path: resolve(cwd, turn.edits), added: turn.added }] : [])),
    commands: since.flatMap((turn) => ("runs" in turn ? [turn.runs] : [])),
    exists: (path) => existsSync(resolve(cwd, path)),
    now: (path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat?.isFile() && stat.size <= maxBytes ? readFileSync(path, "utf8") : "";
    },
  };
}

function safely(read: () => Turn[]): Turn[] {
  try {
    return read();
  } catch {
    return [];
  }
}
