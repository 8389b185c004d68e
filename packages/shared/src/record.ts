import * as z from "zod";
import { readConfig } from "./config.ts";
import { redact } from "./redact.ts";
import type { Span } from "./trace.ts";

const traceConfig = z.strictObject({
  /** Whether a tool call's arguments and its result are kept in its span, redacted. */
  arguments: z.boolean().default(false),
  results: z.boolean().default(false),
});

const maxChars = 4_000;

/** Puts a call's arguments or result into its span where the section "trace" of paios.json asks for it. */
export function recorder(home: string): (what: "arguments" | "result", value: unknown, span: Span) => void {
  const { value: config } = readConfig(home, "trace", traceConfig);
  return (what, value, span) => {
    if (!(what === "arguments" ? config.arguments : config.results)) return;
    const text = JSON.stringify(redact(value)) ?? "";
    span.set({ [`gen_ai.tool.call.${what}`]: text.length > maxChars ? `${text.slice(0, maxChars)} … (${text.length} characters)` : text });
  };
}
