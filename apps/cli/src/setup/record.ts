import { UserError } from "@paios/shared/errors";

/**
 * One thing we put into a file of somebody else: enough to take exactly that out again.
 * `before` and `after` are what was put around an entry or a table's header; `was` and `now` are source texts of a value.
 */
export type Step =
  | { kind: "entry" | "table" | "element"; path: string[]; before: string; after: string }
  | { kind: "value"; path: string[]; was: string; now: string };

/** What setup did to one file; the caller stores it and passes it in again. */
export interface FileRecord {
  /** There was no file before. */
  created: boolean;
  steps: Step[];
}

export interface Registration {
  text: string;
  record: FileRecord;
}

export function sameKeys(a: readonly (string | number)[], b: readonly (string | number)[]): boolean {
  return a.length === b.length && startsWith(a, b);
}

export function startsWith(path: readonly (string | number)[], prefix: readonly (string | number)[]): boolean {
  return prefix.every((key, at) => path[at] === key);
}

/** Replaces `text` from `start` to `end`. */
export function splice(text: string, start: number, end: number, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** The range of something we put in, with what we put around it, where that is still there. */
export function withSurroundings(text: string, [start, end]: readonly [number, number], { before, after }: { before: string; after: string }): [number, number] | undefined {
  const whole = text.slice(0, start).endsWith(before) && text.startsWith(after, end);
  return whole ? [start - before.length, end + after.length] : undefined;
}

export function lineEndOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

export function configProblem(file: string, line: number, what: string, cause?: unknown): UserError {
  return new UserError("config", `${file}:${line}: ${what}; fix it and run ai setup again`, { cause });
}

const byteOrderMark = "\uFEFF";

/** Runs `work` on the text without its byte order mark, which stays in front. */
export function besideMark(text: string, work: (text: string) => string): string {
  return text.startsWith(byteOrderMark) ? byteOrderMark + work(text.slice(1)) : work(text);
}
