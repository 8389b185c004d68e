import { Command } from "commander";
import { withObs } from "../observability.ts";
import { outputOf } from "../output.ts";
import { wholeNumber } from "../whole-number.ts";

export function scoreCommand(): Command {
  return new Command("score")
    .description("say how good an answer was, from 1 (useless) to 5 (excellent)")
    .argument("<id>", "a trace id, tool-use id or call id; ai trace shows the latest")
    .argument("<score>", "1 to 5", wholeNumber)
    .argument("[comment...]")
    .action(async (id: string, score: number, comment: string[], _options: unknown, command: Command) => {
      const scored = await withObs((obs) => obs.call<{ traceId: string; scores: number; mean: number }>("obs_score", { traceId: id, score, ...(comment.length > 0 && { comment: comment.join(" ") }) }));
      outputOf(command).print(scored, () => `Scored ${scored.traceId} with ${score}; it has ${scored.scores} now, ${scored.mean.toFixed(1)} on average`);
    });
}
