import { isDeepStrictEqual } from "node:util";
import { UserError } from "@paios/shared/errors";

/**
 * One thing we put into a file of somebody else: enough to take exactly that out again.
 * `before` and `after` are what was put around an entry or a table's header; `was` is the source text of a value, `now` our
 * value as JSON: where another stands by now it stays. An entry without `now` goes whatever stands there.
 */
export type Step =
  | { kind: "entry"; path: string[]; before: string; after: string; now?: string | undefined }
  | { kind: "table" | "element"; path: string[]; before: string; after: string }
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

/** Whether `value` is what we put there, however it is written by now: the clients write these files too. */
export function isStill(now: string, value: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(now), structuredClone(value));
}

/** Notes that we put `now` where `was` stands, whose value is `present`: what others wrote there since ours is theirs. */
export function noteValue(steps: Step[], path: readonly string[], was: string, present: unknown, now: string): void {
  const at = steps.findIndex((step) => sameKeys(step.path, path) && (step.kind === "value" || step.kind === "entry"));
  const earlier = steps[at];
  if (earlier && "now" in earlier && earlier.now !== undefined && isStill(earlier.now, present)) earlier.now = now;
  else steps.splice(at < 0 ? steps.length : at, at < 0 ? 0 : 1, { kind: "value", path: [...path], was, now });
}

/** The steps that are still ours: a server of ours whose command somebody changed is theirs by now, with all that is in it. */
export function stillOurs(steps: readonly Step[], changed: (path: readonly string[], now: string) => boolean): Step[] {
  const theirs = steps.flatMap((step) => (step.kind === "entry" && step.now !== undefined && changed(step.path, step.now) ? [step.path.slice(0, 2)] : []));
  return steps.filter(({ path }) => !theirs.some((server) => startsWith(path, server)));
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
