import { Command } from "commander";
import { UserError } from "@paios/shared/errors";
import { withKb } from "../../knowledge.ts";
import { outputOf } from "../../output.ts";

export function embedCommand(): Command {
  return new Command("embed").description("make the vectors that wait, now instead of in the background").action(async (_options: unknown, command: Command) => {
    const output = outputOf(command);
    const bar = output.progress("Embedding");
    const outcome = await withKb((kb) => kb.embeddings.run((done, total) => bar.update(done, total))).finally(() => bar.end());
    if (outcome === "none") throw new UserError("config", "There is no embedding provider. Start Ollama with an embedding model, or set kb.embeddings in paios.json; search works by words meanwhile.");
    output.print({ outcome }, () => (outcome === "busy" ? "Another process is making them." : "Every passage has its vector."));
  });
}
