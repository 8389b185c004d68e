import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { parseObject } from "../raw.ts";
import { claudeReader } from "./claude.ts";
import { codexReader } from "./codex.ts";
import type { Turn } from "./turn.ts";

/** What happened, by the last `bytes` of a transcript; a line that was cut off, at either end, is left out. */
export function readTranscript(path: string, client: "claude" | "codex", bytes: number): Turn[] {
  const reader = client === "claude" ? claudeReader() : codexReader();
  const { text, whole } = tail(path, bytes);
  for (const line of whole ? text.split("\n") : text.split("\n").slice(1)) {
    const entry = line.trim() === "" ? undefined : parseObject(line);
    if (entry) reader.line(entry);
  }
  return reader.turns();
}

function tail(path: string, bytes: number): { text: string; whole: boolean } {
  // A pipe would keep it waiting.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(file);
    const size = stat.isFile() ? stat.size : 0;
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const read = readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return { text: buffer.toString("utf8", 0, read), whole: size <= bytes };
  } finally {
    closeSync(file);
  }
}
