import { styleText } from "node:util";
import { Command } from "commander";
import { withRouter } from "../brains.ts";
import { outputOf } from "../output.ts";

interface Decision {
  decisionId: number;
  brain: string;
  category: string;
  confidence: number;
  reason: string;
  scores: Record<string, number>;
  evidence: string[];
}

export function routeCommand(): Command {
  return new Command("route")
    .description("which brain the router would choose for a task, and how sure it is; runs nothing")
    .argument("<task...>")
    .option("-a, --attach <file...>", "names of files that would come with it")
    .action(async (words: string[], { attach = [] }: { attach?: string[] }, command: Command) => {
      const decision = await withRouter((router) => router.call<Decision>("router_classify", { task: words.join(" "), attachments: attach.map((name) => ({ name })) }));
      outputOf(command).print(decision, () => show(decision));
    });
}

function show({ decisionId, brain, category, confidence, reason, scores, evidence }: Decision): string {
  const bars = Object.entries(scores).sort(([, a], [, b]) => b - a).map(([name, score]) => `  ${name.padEnd(8)} ${styleText("cyan", "█".repeat(Math.round(score * 24))).padEnd(24)} ${Math.round(score * 100)} %`);
  return [`${styleText("bold", brain)} (${category.replace("_", " ")}), ${Math.round(confidence * 100)} % sure. ${reason}`, ...bars, ...(evidence.length > 0 ? [styleText("dim", `  seen: ${evidence.join(", ")}`)] : []), styleText("dim", `  decision ${decisionId}`)].join("\n");
}
