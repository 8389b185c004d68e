import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { importPaths } from "../packages/kb-server/src/import.ts";
import { closeKb, type Kb, openKb } from "../packages/kb-server/src/kb.ts";
import { articles } from "./corpus.ts";
import { quantile } from "./measure.ts";
import { type BenchResult, row } from "./result.ts";

const files = 10_000;

/** A folder of Markdown files by words, then the same folder again, through what `ai kb import` calls. */
export async function bench(): Promise<BenchResult> {
  using notes = temporaryFolder("paios-bench-notes-");
  using home = temporaryFolder("paios-bench-");
  writeNotes(notes.path);
  writeFileSync(join(home.path, "paios.json"), JSON.stringify({ kb: { embeddings: { provider: "none" } } }));
  const kb = openKb(home.path);
  const batches = timedBatches(kb);
  const first = await importAll(kb, notes.path);
  const again = await importAll(kb, notes.path);
  await closeKb(kb);
  if (first.added !== files || again.unchanged !== files) throw new Error(`${first.added} added, ${again.unchanged} unchanged of ${files}`);
  return {
    name: "import",
    rows: [
      row(`${files} new files`, { unit: "articles/s", ours: (files / first.milliseconds) * 1_000, target: { atLeast: 1_000 } }),
      row("the same folder again", { unit: "ms", ours: again.milliseconds }),
      row("one transaction, p50", { unit: "ms", ours: quantile(batches, 0.5), target: { atMost: 12 } }),
      row("one transaction, p99", { unit: "ms", ours: quantile(batches, 0.99), target: { atMost: 30 } }),
    ],
    notes: [`${batches.length} transactions, each ended after 8 ms of work; its commit is in the figure. About 230 words a file.`],
  };
}

function writeNotes(folder: string): void {
  let number = 0;
  for (const { title, text } of articles(files, 51)) {
    const part = join(folder, String(number % 100));
    mkdirSync(part, { recursive: true });
    writeFileSync(join(part, `${number++}.md`), `# ${title}\n\n${text}`);
  }
}

async function importAll(kb: Kb, folder: string) {
  return importPaths(kb, [folder], { project: "bench", trust: "person", signal: new AbortController().signal, progress: () => {} });
}

/** How long each transaction takes, from BEGIN to the end of its COMMIT. */
function timedBatches({ database }: Kb): number[] {
  const lengths: number[] = [];
  const transaction = database.transaction.bind(database);
  database.transaction = ((work: () => unknown) => {
    const wrapped = transaction(work);
    const immediate = () => {
      const started = performance.now();
      const result = wrapped.immediate();
      lengths.push(performance.now() - started);
      return result;
    };
    return Object.assign(() => wrapped(), { immediate });
  }) as typeof database.transaction;
  return lengths;
}
