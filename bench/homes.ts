import { createHash } from "node:crypto";
import { copyFileSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "@paios/shared/sqlite";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { closeKb, openKb } from "../packages/kb-server/src/kb.ts";
import { prepare, type Prepared } from "../packages/kb-server/src/store/prepare.ts";
import { writeArticles } from "../packages/kb-server/src/store/write.ts";
import { articles } from "./corpus.ts";
import { startFakeEmbeddings } from "./fake-embeddings.ts";

export const dimension = 384;

const root = new URL("..", import.meta.url).pathname;
const cache = join(root, "node_modules/.cache/paios-bench");
/** What decides how a home looks inside; when one of them changes, homes are made anew. */
const makers = ["bench/corpus.ts", "bench/fake-embeddings.ts", ...["store/schema.ts", "store/prepare.ts", "store/chunk.ts", "rank/words.ts", "embed/vectors.ts", "embed/sign-bits.ts"].map((file) => `packages/kb-server/src/${file}`)];

/**
 * A scratch home with a knowledge base of `count` passages and their vectors, words only until `useVectors`. Made once
 * for all benches and kept in node_modules/.cache; what is handed out is a copy.
 */
export async function scratchHome(count: number): Promise<{ path: string; [Symbol.dispose]: () => void }> {
  const made = await madeHome(count);
  const folder = temporaryFolder("paios-bench-");
  copyFileSync(join(made, "kb.sqlite"), join(folder.path, "kb.sqlite"), constants.COPYFILE_FICLONE);
  configure(folder.path, { provider: "none" });
  return folder;
}

/** Lets a home ask the embeddings endpoint at `url`, which must make the same vectors as the one it was filled from. */
export function useVectors(home: string, url: string): void {
  configure(home, { provider: "openai", url, model: "fake", weight: 0.3 });
  const kb = openKb(home);
  sql(kb.database, "UPDATE embedding_space SET url = ?").run(url);
  kb.database.close();
}

async function madeHome(count: number): Promise<string> {
  const hash = createHash("sha256");
  for (const file of makers) hash.update(readFileSync(join(root, file)));
  const made = join(cache, `${count}-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(made)) return made;
  mkdirSync(cache, { recursive: true });
  for (const outdated of readdirSync(cache).filter((name) => name.startsWith(`${count}-`))) rmSync(join(cache, outdated), { recursive: true });
  const part = `${made}.part`;
  mkdirSync(part);
  process.stderr.write(`making a knowledge base of ${count} passages …\n`);
  await using embeddings = await startFakeEmbeddings({ dimension });
  configure(part, { provider: "openai", url: embeddings.url, model: "fake", weight: 0.3 });
  const kb = openKb(part);
  const batch: Prepared[] = [];
  for (const { title, text } of articles(count)) {
    batch.push(prepare({ title, text, type: "note", project: "bench", tags: [], trust: "person", source: { kind: "added", location: "", origin: "person" } }));
    if (batch.length === 500) writeArticles(kb.database, batch.splice(0), Date.now());
  }
  writeArticles(kb.database, batch, Date.now());
  await kb.embeddings.run();
  kb.database.pragma("wal_checkpoint(TRUNCATE)");
  await closeKb(kb);
  renameSync(part, made);
  return made;
}

function configure(home: string, embeddings: object): void {
  writeFileSync(join(home, "paios.json"), JSON.stringify({ kb: { embeddings } }));
}
