import { isUtf8 } from "node:buffer";
import { UserError } from "../errors.ts";
import { unifiedDiff } from "./diff.ts";
import { explained } from "./failure.ts";
import { hashOf, ownershipOf, readBytes, realFile } from "./file.ts";

/** What shall become of one file. */
export interface Edit {
  path: string;
  /** The new text from the present one (undefined: no file), both without a byte order mark. Returns undefined to remove the file. */
  compute: (text: string | undefined) => string | undefined;
  /** Throws UserError("config", "file:line: …; next step") for a text that is not valid: then nothing is changed. The new text is judged too. */
  validate?: (text: string) => void;
  /** Permissions of a file that is new; default 0o600. */
  mode?: number;
}

export interface PlannedChange {
  /** As the edit has it. */
  path: string;
  /** Where it leads, links followed: the file that is read and written. */
  realPath: string;
  /** The whole text, a byte order mark included; undefined: there is no file. */
  before: string | undefined;
  /** The same; undefined: the file is removed. */
  after: string | undefined;
  /** SHA-256 in hex of the file as it was read; "" where there is none. */
  hash: string;
  /** The permissions it has and keeps, or those of a new file. */
  mode: number;
  /** Unified, 3 lines of context, secrets masked: for a person, not for patch. */
  diff: string;
}

export interface Planned {
  /** Only the files that differ, in the order of the edits. */
  changes: PlannedChange[];
  /** The paths of the others. */
  unchanged: string[];
}

const newFileMode = 0o600;
const mark = "\uFEFF";

/**
 * Reads, validates and computes; writes nothing. Several edits of one file, also by different links, go one after the other.
 * Throws what `validate` throws, `UserError("config")` for a file that is not UTF-8, `UserError("storage")` for one that
 * cannot be read, and an Error (a defect) when `validate` refuses a computed text.
 */
export function planChanges(edits: readonly Edit[]): Planned {
  const drafts = new Map<string, Omit<PlannedChange, "diff">>();
  for (const edit of edits) {
    const realPath = explained(edit.path, () => realFile(edit.path));
    const draft = drafts.get(realPath) ?? read(edit, realPath);
    drafts.set(realPath, { ...draft, after: computed(edit, draft) });
  }
  const all = [...drafts.values()];
  return {
    changes: all.filter(differs).map((draft) => ({
      ...draft,
      // Built files are large, and nobody reads their diff.
      get diff() {
        return unifiedDiff(draft.path, draft.before, draft.after);
      },
    })),
    unchanged: all.filter((draft) => !differs(draft)).map(({ path }) => path),
  };
}

function read({ path, mode = newFileMode }: Edit, realPath: string): Omit<PlannedChange, "diff"> {
  const bytes = explained(path, () => readBytes(realPath));
  if (bytes && !isUtf8(bytes)) throw new UserError("config", `${path}:${badLine(bytes)}: not UTF-8 text. Save the file as UTF-8, then run it again.`);
  const text = bytes?.toString("utf8");
  return { path, realPath, before: text, after: text, hash: hashOf(bytes), mode: explained(path, () => ownershipOf(realPath))?.mode ?? mode };
}

function computed({ path, compute, validate }: Edit, { before, after }: Omit<PlannedChange, "diff">): string | undefined {
  if (before !== undefined) validate?.(withoutMark(before));
  const text = compute(after === undefined ? undefined : withoutMark(after));
  if (text === undefined) return undefined;
  try {
    validate?.(withoutMark(text));
  } catch (error) {
    throw new Error(`The new text of ${path} is not valid`, { cause: error });
  }
  return before?.startsWith(mark) && !text.startsWith(mark) ? mark + text : text;
}

function differs({ before, after }: { before: string | undefined; after: string | undefined }): boolean {
  return before !== after;
}

function withoutMark(text: string): string {
  return text.startsWith(mark) ? text.slice(mark.length) : text;
}

function badLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(10, start);
    const stop = end < 0 ? bytes.length : end + 1;
    if (!isUtf8(bytes.subarray(start, stop))) return line;
    start = stop;
  }
  return line;
}
