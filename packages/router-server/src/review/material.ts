import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { UserError } from "@paios/shared/errors";

const maxChars = 400_000;
const ignored = new Set(["node_modules", ".git", "dist", "build", "target", "coverage", ".venv", "__pycache__"]);
const sources = new Set([".ts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".py", ".go", ".rs", ".java", ".kt", ".rb", ".php", ".c", ".h", ".cpp", ".hpp", ".cs", ".swift", ".sql", ".sh", ".css", ".html", ".vue", ".svelte", ".json", ".yaml", ".yml", ".toml", ".md"]);

/** The text to review: a diff as it is, or a file's or folder's sources with line numbers. Throws `UserError("bad_input")`. */
export function readMaterial({ path, diff }: { path?: string | undefined; diff?: string | undefined }): string {
  if ((path === undefined) === (diff === undefined)) throw new UserError("bad_input", "Give either path or diff.");
  if (diff !== undefined) {
    if (diff.trim() === "") throw new UserError("bad_input", "The diff is empty. Nothing is there to review.");
    if (diff.length > maxChars) throw tooLong(diff.length);
    return diff;
  }
  const root = path ?? "";
  const stat = statSync(root, { throwIfNoEntry: false });
  if (!stat) throw new UserError("bad_input", `There is no ${root}. Give an absolute path of a file or folder.`);
  const files = stat.isDirectory() ? filesIn(root) : [root];
  let text = "";
  for (const file of files) {
    text += `=== ${stat.isDirectory() ? relative(root, file) : file}\n${numbered(read(file))}\n`;
    if (text.length > maxChars) throw tooLong(text.length);
  }
  if (text === "") throw new UserError("bad_input", `${root} has no source files. Give another folder, or a file.`);
  return text;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (ignored.has(entry.name) || entry.isSymbolicLink()) return [];
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesIn(path);
      return entry.isFile() && sources.has(extname(entry.name)) && !entry.name.includes("lock") ? [path] : [];
    });
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError("bad_input", `${file} cannot be read. Check its permissions.`, { cause: error });
  }
}

function numbered(text: string): string {
  return text.split("\n").map((line, at) => `${at + 1}\t${line}`).join("\n");
}

function tooLong(characters: number): UserError {
  return new UserError("bad_input", `That is over ${maxChars} characters (${characters} so far). Review a part of it: a file, a folder, or a smaller diff.`);
}
