import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import { withRouter } from "../brains.ts";
import { interruptible } from "../interruptible.ts";
import { outputOf, plain } from "../output.ts";

interface Review {
  engines: { status: string }[];
  findings: { severity: string }[];
  report: string;
}

/** Exit code 1 when a reviewer is missing, so that nothing passes for approved. */
export function reviewCommand(): Command {
  return new Command("review")
    .description("two reviews at once, of code quality and of architecture, merged into one report")
    .argument("<path>", "a file, a folder, or - for a diff on standard input: git diff | ai review -")
    .option("-f, --focus <what>", "what to look at above all")
    .action(async (path: string, { focus }: { focus?: string }, command: Command) => {
      const output = outputOf(command);
      const bar = output.progress("Reviewing");
      const input = { ...(path === "-" ? { diff: readFileSync(0, "utf8") } : { path: resolve(path) }), ...(focus !== undefined && { focus }) };
      const review = await withRouter((router) => router.call<Review>("router_review", input, { signal: interruptible(), progress: (done, _total, message) => bar.update(done, 0, message) })).finally(() => bar.end());
      output.print(review, () => plain(review.report));
      if (review.engines.some(({ status }) => status !== "ok")) process.exitCode = 1;
    });
}
