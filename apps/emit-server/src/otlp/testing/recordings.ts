import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OtlpType } from "../decode.ts";

/**
 * What Claude Code 2.1.329 (protobuf, OpenTelemetry's own exporter, prompts and tool details switched on) and Codex
 * 0.169.0 (JSON, cut to the spans around one call) sent for one turn that called kb_search. Everything a person, a
 * model or a tool said in it contains "secret-", the result of the search excepted.
 */
export function recording(name: string): { type: OtlpType; body: Buffer } {
  const body = readFileSync(join(import.meta.dirname, "../recordings", name));
  return { type: name.endsWith(".pb") ? "application/x-protobuf" : "application/json", body };
}
