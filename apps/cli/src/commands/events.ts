import { styleText } from "node:util";
import { Command } from "commander";
import { duration, type ShownEvent, withObs } from "../observability.ts";
import { outputOf, plain } from "../output.ts";
import { wholeNumber } from "../whole-number.ts";

export function eventsCommand(): Command {
  return new Command("events")
    .description("what happened: tool calls, database operations, jobs, errors, telemetry; newest first")
    .argument("[words...]", "words that stand in the event")
    .option("-t, --trace <id>", "a trace id, tool-use id, call id or session id")
    .option("-c, --category <name>", "mcp, database, job, telemetry …")
    .option("-a, --action <name>")
    .option("-s, --service <name>", "kb, router, codex …")
    .option("--status <status>", "ok or error")
    .option("--since <time>", "2026-11-21, or back from now: 30m, 24h, 7d")
    .option("--until <time>")
    .option("--min-score <number>", "1 to 5", wholeNumber)
    .option("--max-score <number>", "1 to 5", wholeNumber)
    .option("-n, --limit <number>", "at most this many", wholeNumber, 20)
    .option("--cursor <cursor>", "go on where an answer ended")
    .option("--count", "also how many there are; slow")
    .action(async (words: string[], { trace, ...options }: Record<string, unknown>, command: Command) => {
      const input = { ...options, ...(trace !== undefined && { traceId: trace }), ...(words.length > 0 && { text: words.join(" ") }) };
      const answer = await withObs((obs) => obs.call<{ events: ShownEvent[]; cursor?: string; total?: number }>("obs_query", input));
      outputOf(command).print(answer, () =>
        [
          ...answer.events.map(show),
          ...(answer.events.length === 0 ? ["Nothing fits."] : []),
          ...(answer.total === undefined ? [] : [`${answer.total} in all`]),
          ...(answer.cursor ? [styleText("dim", `more: --cursor ${answer.cursor}`)] : []),
        ].join("\n"),
      );
    });
}

function show({ traceId, time, durationMs, action, service, status, score, metadata }: ShownEvent): string {
  const mark = status === "error" ? styleText("red", `✘ ${plain(JSON.stringify(metadata["error.type"] ?? ""))} `) : "";
  return `${styleText("dim", time.slice(0, 19).replace("T", " "))}  ${mark}${plain(action)}  ${styleText("dim", [plain(service), duration(durationMs), score === undefined ? "" : `score ${score}`, traceId].filter(Boolean).join(" · "))}`;
}
