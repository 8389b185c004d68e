import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { HookInput } from "../input.ts";
import { readTranscript } from "../transcript/read.ts";
import type { Turn } from "../transcript/turn.ts";

/** What was said and done since the person's last word. */
export interface LastTurn {
  /** The person's last word. */
  asked: string;
  message: string;
  edits: { path: string; added: string }[];
  commands: string[];
  /** What was changed and run before it too. */
  earlier: { edits: string[]; commands: string[] };
  /** Others had a hand in it, or its beginning is not known: what is not seen here may have been done all the same. */
  helped: boolean;
  planning: boolean;
  waits: boolean;
  /** By a path as it stands in the message. */
  exists: (path: string) => boolean;
  /** The text of a file that was changed, as it is now; "" when it is gone or large. */
  now: (path: string) => string;
}

const transcriptBytes = 1024 * 1024;
const maxBytes = 512 * 1024;

export function lastTurn({ transcript, client, lastMessage, cwd, planning, waits }: Pick<HookInput, "transcript" | "client" | "lastMessage" | "cwd" | "planning" | "waits">): LastTurn {
  const turns = transcript === "" ? [] : safely(() => readTranscript(transcript, client, transcriptBytes));
  const start = turns.findLastIndex((turn) => "user" in turn);
  const since = turns.slice(start + 1);
  const begun = turns[start];
  return {
    asked: begun && "user" in begun ? begun.user : "",
    message: lastMessage || (since.findLast((turn) => "says" in turn)?.says ?? ""),
    edits: since.flatMap((turn) => ("edits" in turn ? [{ path: resolve(cwd, turn.edits), added: turn.added }] : [])),
    commands: since.flatMap((turn) => ("runs" in turn ? [turn.runs] : [])),
    earlier: { edits: turns.flatMap((turn) => ("edits" in turn ? [turn.edits] : [])), commands: turns.flatMap((turn) => ("runs" in turn ? [turn.runs] : [])) },
    helped: begun === undefined || since.some((turn) => "reads" in turn && !/^(?:Web(?:Fetch|Search)|web_search)$/.test(turn.reads)),
    planning,
    waits,
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
