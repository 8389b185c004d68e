import type * as z from "zod";
import { failure } from "../../failure.ts";
import { answerOf } from "../answer.ts";
import type { Programs } from "../program.ts";

interface Question<T> {
  script: string;
  schema: z.ZodType<T>;
  timeoutMs?: number;
}

const maxBytes = 64_000_000;

/** Runs a script of ours by osascript and reads its JSON. */
export async function ask<T>(tools: Programs, { script, schema, timeoutMs = 10_000 }: Question<T>, signal: AbortSignal): Promise<T> {
  const { code, stdout } = await tools.run("osascript", { args: ["-l", "JavaScript", "-"], input: script, signal, timeoutMs, outputBytes: maxBytes });
  if (code !== 0) throw failure("program_failed", `osascript ended with code ${code}. Is somebody logged in at this Mac's screen? macos_doctor tells.`);
  return answerOf("osascript", stdout, schema);
}
