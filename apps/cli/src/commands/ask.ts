import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { styleText } from "node:util";
import { Command, Option } from "commander";
import { withRouter } from "../brains.ts";
import { interruptible } from "../interruptible.ts";
import { outputOf, plain } from "../output.ts";

interface Answer {
  runId: string;
  traceId: string;
  decisionId: number;
  pending?: true;
  brain?: string;
  text?: string;
  model?: string;
  usage?: { inputTokens: number; outputTokens: number; costMicros?: number };
  attempts?: { brain: string; failed?: string; ms: number }[];
}

const brains = ["claude", "codex", "gemini", "gateway", "local"];

export function askCommand(): Command {
  return new Command("ask")
    .description("have a brain do a task: the one the router chooses, or the one you name")
    .argument("<task...>", "what is to be done; - reads it from standard input")
    .addOption(new Option("-b, --brain <name>", "this one, and no other").choices(brains))
    .option("-m, --model <name>")
    .option("--cwd <folder>", "where it works; it may change files there")
    .option("-a, --attach <file...>", "files it gets")
    .action(async (words: string[], { attach = [], cwd, ...options }: { brain?: string; model?: string; cwd?: string; attach?: string[] }, command: Command) => {
      const output = outputOf(command);
      const task = words.join(" ") === "-" ? readFileSync(0, "utf8") : words.join(" ");
      const input = { task, ...options, ...(cwd !== undefined && { cwd: resolve(cwd) }), ...(attach.length > 0 && { attachments: attach.map((file) => ({ path: resolve(file) })) }) };
      const bar = output.progress(options.brain ?? "router");
      const signal = interruptible();
      const answer = await withRouter(async (router) => {
        let given = await router.call<Answer>("router_ask", input, { signal, progress: (done, _total, message) => bar.update(done, 0, message) });
        while (given.pending) given = await router.call<Answer>("router_result", { runId: given.runId }, { signal });
        return given;
      }).finally(() => bar.end());
      output.print(answer, () => show(answer));
    });
}

function show({ brain, model, text, usage, attempts = [], decisionId }: Answer): string {
  const cost = usage?.costMicros === undefined ? "" : `, $${(usage.costMicros / 1e6).toFixed(4)}`;
  const failed = attempts.filter((attempt) => attempt.failed !== undefined).map((attempt) => `${attempt.brain} ${attempt.failed}`);
  return [plain(text ?? ""), "", styleText("dim", `${brain ?? "?"} (${model ?? "?"}), ${usage?.outputTokens ?? 0} tokens${cost}${failed.length > 0 ? `; before it: ${failed.join(", ")}` : ""}; decision ${decisionId}`)].join("\n");
}
