import { basename, resolve } from "node:path";
import { Command } from "commander";
import { type ImportOutcome, importPaths } from "@paios/kb-server";
import { interruptible } from "../../interruptible.ts";
import { withKb } from "../../knowledge.ts";
import { outputOf } from "../../output.ts";

export function importCommand(): Command {
  return new Command("import")
    .description("bring in the Markdown, text, HTML, PDF, DOCX and subtitle files of a folder; again later, only what changed")
    .argument("<path>", "a folder or a file")
    .option("-p, --project <name>", "default: the folder's name")
    .option("-t, --tags <tags...>")
    .option("--prune", "forget what was imported from there and is gone (undoable)")
    .action(async (path: string, options: { project?: string; tags?: string[]; prune?: boolean }, command: Command) => {
      const output = outputOf(command);
      const bar = output.progress("Importing");
      const project = options.project ?? basename(resolve(path));
      const outcome = await withKb((kb) =>
        importPaths(kb, [path], {
          project,
          tags: options.tags ?? [],
          trust: "person",
          prune: options.prune ?? false,
          signal: interruptible(),
          progress: (done, total, name) => bar.update(done, total, name),
        }),
      ).finally(() => bar.end());
      output.print({ project, ...outcome }, () => showImport(project, outcome));
    });
}

export function showImport(project: string, outcome: ImportOutcome): string {
  const counts = [
    `${outcome.added} new`,
    `${outcome.updated} changed`,
    `${outcome.unchanged} as before`,
    ...(outcome.duplicates > 0 ? [`${outcome.duplicates} the same as others`] : []),
    ...(outcome.forgotten > 0 ? [`${outcome.forgotten} forgotten`] : outcome.gone > 0 ? [`${outcome.gone} gone from the folder but kept (--prune forgets them)`] : []),
  ];
  const skipped = outcome.skipped.slice(0, 5).map(({ path, reason }) => `  left out: ${path}: ${reason}`);
  const more = outcome.skipped.length > 5 ? [`  … and ${outcome.skipped.length - 5} more; --json lists all`] : [];
  return [`${outcome.files} files into project "${project}" in ${(outcome.milliseconds / 1_000).toFixed(1)} s: ${counts.join(", ")}`, ...skipped, ...more].join("\n");
}
