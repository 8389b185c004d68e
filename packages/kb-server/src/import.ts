import { createHash } from "node:crypto";
import { readFileSync, type Stats } from "node:fs";
import { lstat, readdir, realpath } from "node:fs/promises";
import { basename, dirname, extname, join, relative } from "node:path";
import { UserError } from "@paios/shared/errors";
import { sql } from "@paios/shared/sqlite";
import { readFrontMatter } from "./capture/front-matter.ts";
import { detect } from "./capture/detect.ts";
import { parseBytes } from "./capture/parse.ts";
import type { Kb } from "./kb.ts";
import { normalTags } from "./add.ts";
import { forget } from "./store/forget.ts";
import { type Prepared, prepare, type Trust } from "./store/prepare.ts";
import { factsOf } from "./store/read.ts";
import { writeArticles } from "./store/write.ts";

interface ImportFile {
  path: string;
  bytes: number;
  modifiedMs: number;
}

interface ImportOptions {
  project: string;
  tags?: readonly string[];
  /** `person` unless the files came from elsewhere. */
  trust: Trust;
  /** Forget what was imported from this folder and is gone from it. */
  prune?: boolean;
  /** Leave a changed file out, by its path, size and time of change. */
  leaveOut?: (file: ImportFile) => boolean;
  signal: AbortSignal;
  progress: (done: number, total: number, name: string) => void;
  now?: () => number;
}

export interface ImportOutcome {
  files: number;
  added: number;
  updated: number;
  unchanged: number;
  duplicates: number;
  /** Imported before, not there any more. */
  gone: number;
  forgotten: number;
  /** Files that could not be read or understood, with why. */
  skipped: (ImportFile & { reason: string })[];
  milliseconds: number;
}

const plain = new Set([".md", ".mdx", ".markdown", ".txt", ".text", ".org", ".rst", ".adoc"]);
const parsed = new Set([".html", ".htm", ".pdf", ".docx", ".vtt", ".srt"]);
const skippedFolders = new Set(["node_modules", "dist", "build", "target", "vendor", "__pycache__"]);
const maxPlainBytes = 10 * 1024 * 1024;
const slice = 64;

/**
 * Imports files and the readable files of folders, each as an article whose source is its path. What has not changed since the
 * last import is not read again; a crash loses at most the files not yet written, and the next import goes on there.
 */
export async function importPaths(kb: Kb, paths: readonly string[], options: ImportOptions): Promise<ImportOutcome> {
  const started = performance.now();
  const files: FoundFile[] = [];
  const known = new Map<string, KnownFile>();
  for (const path of paths) {
    const root = await realpath(path).catch(() => {
      throw new UserError("not_found", `${path} is not there. Give a folder or a file that exists.`);
    });
    files.push(...(await findFiles(root, options.signal)));
    for (const [location, facts] of knownFiles(kb, root)) known.set(location, facts);
  }
  const outcome: ImportOutcome = { files: files.length, added: 0, updated: 0, unchanged: 0, duplicates: 0, gone: 0, forgotten: 0, skipped: [], milliseconds: 0 };
  const changed = files.filter((file) => {
    const before = known.get(file.path);
    const { bytes, modifiedMs } = factsOfFile(file);
    return (!before || before.bytes !== bytes || before.modifiedMs !== modifiedMs) && !options.leaveOut?.(factsOfFile(file));
  });
  outcome.unchanged = files.length - changed.length;
  let done = outcome.unchanged;
  options.progress(done, files.length, "");
  for (let at = 0; at < changed.length; at += slice) {
    options.signal.throwIfAborted();
    const part = changed.slice(at, at + slice);
    const prepared: Prepared[] = [];
    for (const file of part) {
      try {
        const article = await readArticle(file, kb, options);
        if (article) prepared.push(article);
        else outcome.skipped.push({ ...factsOfFile(file), reason: "has no text" });
      } catch (error) {
        options.signal.throwIfAborted();
        outcome.skipped.push({ ...factsOfFile(file), reason: error instanceof Error ? error.message : String(error) });
      }
    }
    for (const { status } of writeArticles(kb.database, prepared, (options.now ?? Date.now)())) outcome[status === "duplicate" ? "duplicates" : status]++;
    done += part.length;
    options.progress(done, files.length, basename(part.at(-1)?.path ?? ""));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const present = new Set(files.map(({ path }) => path));
  for (const [path, { articleId }] of known) {
    if (present.has(path)) continue;
    outcome.gone++;
    // The same text may stand in another file that is still there.
    const sources = factsOf(kb.database, [articleId])[0]?.sources ?? [];
    const elsewhere = sources.some(({ location }) => !known.has(location) || present.has(location));
    if (options.prune && !elsewhere && forget(kb.database, articleId, Date.now())) outcome.forgotten++;
  }
  kb.embeddings.start();
  outcome.milliseconds = Math.round(performance.now() - started);
  return outcome;
}

interface KnownFile {
  bytes: number;
  modifiedMs: number;
  articleId: number;
}

interface FoundFile {
  path: string;
  root: string;
  stat: Stats;
}

function factsOfFile({ path, stat }: FoundFile): ImportFile {
  return { path, bytes: stat.size, modifiedMs: Math.trunc(stat.mtimeMs) };
}

/** Regular files we can read, in a stable order. Hidden ones, links and what build tools make are left out. */
async function findFiles(root: string, signal: AbortSignal): Promise<FoundFile[]> {
  const stat = await lstat(root);
  if (stat.isFile()) return [{ path: root, root: dirname(root), stat }];
  const found: FoundFile[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal.throwIfAborted();
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.name.startsWith(".")) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !skippedFolders.has(entry.name)) folders.push(path);
      const extension = extname(entry.name).toLowerCase();
      if (!entry.isFile() || !(plain.has(extension) || parsed.has(extension))) continue;
      const fileStat = await lstat(path).catch(() => undefined);
      if (fileStat) found.push({ path, root, stat: fileStat });
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function readArticle({ path, root, stat }: FoundFile, kb: Kb, options: ImportOptions): Promise<Prepared | undefined> {
  const extension = extname(path).toLowerCase();
  const limit = plain.has(extension) ? maxPlainBytes : kb.config.capture.maxBytes;
  if (stat.size > limit) throw new UserError("too_large", `has ${stat.size} bytes, over the limit of ${limit}`);
  const bytes = readFileSync(path);
  const name = basename(path);
  let text: string;
  let title: string;
  if (plain.has(extension) && isUtf8(bytes)) {
    ({ text, title } = readFrontMatter(bytes.toString("utf8")));
    text = text.replace(/^\s*\n/, "");
    title = withoutMarkup(title);
  } else {
    const { timeoutMs, parserMemoryMb } = kb.config.capture;
    const { kind, charset } = await detect(bytes, name);
    ({ text, title } = await parseBytes(bytes, { kind, charset, name }, { timeoutMs, memoryMb: parserMemoryMb }, options.signal));
  }
  if (text.trim() === "") return undefined;
  return prepare({
    title: title || relative(root, path) || name,
    text,
    type: plain.has(extension) ? "note" : "document",
    project: options.project,
    tags: normalTags(options.tags ?? []),
    trust: options.trust,
    source: {
      kind: "file",
      location: path,
      origin: "person",
      sha256: createHash("sha256").update(bytes).digest(),
      bytes: stat.size,
      modifiedMs: Math.trunc(stat.mtimeMs),
    },
  });
}

/** A heading's links, pictures and emphasis are not part of a title. */
function withoutMarkup(title: string): string {
  return title
    .replace(/!\[[^\]]{0,200}\]\([^)]{0,500}\)/g, "")
    .replace(/\[([^\]]{0,200})\]\([^)]{0,500}\)/g, "$1")
    .replace(/<[^>]{0,300}>|[`*]+/g, "")
    .trim();
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return !bytes.includes(0);
  } catch {
    return false;
  }
}

function knownFiles(kb: Kb, root: string): Map<string, KnownFile> {
  const rows = sql<KnownFile & { location: string }>(
    kb.database,
    "SELECT location, bytes, modified_ms AS modifiedMs, article_id AS articleId FROM source WHERE kind = 'file' AND kind <> 'added' AND (location = @root OR (location >= @root || '/' AND location < @root || '0'))",
  ).all({ root });
  return new Map(rows.map(({ location, ...row }) => [location, row]));
}
