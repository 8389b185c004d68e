import { styleText } from "node:util";
import { Command } from "commander";
import { duration, type ShownEvent, withObs } from "../observability.ts";
import { outputOf, plain } from "../output.ts";

interface Span {
  action: string;
  service: string;
  status: "ok" | "error";
  durationMs?: number;
  score?: number;
  metadata: Record<string, unknown>;
  children: Span[];
}

export interface TraceAnswer {
  traces: { traceId: string; started: string; durationMs: number; events: number; errors: number; score?: number; cut?: true; spans: Span[] }[];
}

export function traceCommand(): Command {
  return new Command("trace")
    .description("show a request as a tree; without an id, the latest tool calls and their ids")
    .argument("[id]", "a trace id, or a CLI's tool-use id, call id or session id")
    .action(async (id: string | undefined, _options: unknown, command: Command) => {
      if (id === undefined) {
        const answer = await withObs((obs) => obs.call<{ events: ShownEvent[] }>("obs_query", { category: "mcp", limit: 15 }));
        outputOf(command).print(answer, () => showLatest(answer.events));
        return;
      }
      const answer = await withObs((obs) => obs.call<TraceAnswer>("obs_trace", { traceId: id }));
      outputOf(command).print(answer, () => showTraces(answer));
    });
}

export function showTraces({ traces }: TraceAnswer): string {
  return traces
    .map(({ traceId, started, durationMs, errors, score, cut, spans }) => {
      const facts = [started.slice(0, 19).replace("T", " "), duration(durationMs), errors > 0 ? styleText("red", `${errors} failed`) : "", score === undefined ? "" : `score ${score}`].filter(Boolean).join(" · ");
      return [`${styleText("bold", traceId)}  ${styleText("dim", facts)}`, ...spans.flatMap((span, at) => lines(span, "", at === spans.length - 1)), ...(cut ? ["  … more than is shown"] : [])].join("\n");
    })
    .join("\n\n");
}

function lines(span: Span, indent: string, last: boolean): string[] {
  const failed = span.status === "error" ? styleText("red", ` ✘ ${plain(JSON.stringify(span.metadata["error.type"] ?? "failed"))}`) : "";
  const own = `${indent}${last ? "└─" : "├─"} ${plain(span.action)} ${styleText("dim", [plain(span.service), duration(span.durationMs), span.score === undefined ? "" : `score ${span.score}`].filter(Boolean).join(" · "))}${failed}`;
  return [own, ...span.children.flatMap((child, at) => lines(child, `${indent}${last ? "  " : "│ "} `, at === span.children.length - 1))];
}

function showLatest(events: readonly ShownEvent[]): string {
  if (events.length === 0) return "Nothing was called yet. Ask something through Claude Code or Codex, or: ai kb search \"a question\"";
  return [...events.map(({ traceId, time, durationMs, action, status }) => `${styleText("dim", time.slice(0, 19).replace("T", " "))}  ${traceId}  ${plain(action)}  ${styleText("dim", duration(durationMs))}${status === "error" ? styleText("red", " ✘") : ""}`), "", "ai trace ID shows one as a tree"].join("\n");
}
