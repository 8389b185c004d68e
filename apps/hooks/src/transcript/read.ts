import { closeSync, fstatSync, openSync, readSync } from "node:fs";
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
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const read = readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return { text: buffer.toString("utf8", 0, read), whole: size <= bytes };
  } finally {
    closeSync(file);
  }
}
