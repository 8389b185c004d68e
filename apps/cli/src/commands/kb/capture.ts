import { resolve } from "node:path";
import { Command } from "commander";
import { interruptible } from "../../interruptible.ts";
import { withTools } from "../../knowledge.ts";
import { outputOf, plain } from "../../output.ts";

interface Captured {
  id: number;
  status: string;
  title: string;
  chars: number;
  summary: string;
  notes: string[];
}

export function captureCommand(): Command {
  return new Command("capture")
    .description("fetch a web page or file, clean it and keep it with its source")
    .argument("<target>", "a URL, or a file in a folder that kb.capture.folders allows")
    .option("-p, --project <name>")
    .option("-t, --tags <tags...>")
    .action(async (target: string, options: Record<string, unknown>, command: Command) => {
      const output = outputOf(command);
      const bar = output.progress("Capturing");
      const address = /^[a-z]+:/i.test(target) ? target : resolve(target);
      const captured = await withTools((kb) =>
        kb.call<Captured>("kb_capture", { target: address, ...options }, { signal: interruptible(), progress: (done, total = 0, message = "") => bar.update(done, total, message) }),
      ).finally(() => bar.end());
      output.print(captured, () =>
        [`${captured.status === "added" ? "Captured" : captured.status === "updated" ? "Updated" : "Already there"} as #${captured.id}: ${plain(captured.title)} (${captured.chars} characters)`, plain(captured.summary), ...captured.notes]
          .filter(Boolean)
          .join("\n"),
      );
    });
}
