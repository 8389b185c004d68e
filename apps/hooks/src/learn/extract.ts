import { isAbsolute, relative } from "node:path";
import { redact } from "@paios/shared/redact";
import type { Turn } from "../transcript/turn.ts";
import { chatter, cues } from "./cues.ts";
import { clip, sentencesOf } from "./sentences.ts";

/** What a session learned, by rules alone: what was asked, decided, found, changed, what failed and what is open. */
export interface Extract {
  title: string;
  text: string;
  /** Changed, relative to the folder, the last ones first. */
  files: string[];
  commits: string[];
  /** It read what others wrote. */
  external: boolean;
}

const limits = { asked: 6, askedChars: 300, decided: 8, found: 6, failed: 5, open: 4, files: 15, commits: 8, endChars: 900, titleChars: 110 };

const fetches = /\b(?:curl|wget|gh (?:api|issue|pr|run|search))\b/;

/** Undefined for a session in which nothing was learned. */
export function extract(turns: readonly Turn[], folder: string): Extract | undefined {
  const asked = turns.flatMap((turn) => ("user" in turn && !chatter.test(turn.user.trim()) ? [turn.user.trim()] : []));
  const said = turns.flatMap((turn) => ("says" in turn ? [turn.says] : []));
  const runs = turns.flatMap((turn) => ("runs" in turn ? [turn] : []));
  const files = [...new Set(turns.flatMap((turn) => ("edits" in turn ? [shorter(turn.edits, folder)] : [])).reverse())];
  const commits = runs.flatMap(({ runs: command, failed }) => (failed ? [] : commitsIn(command)));
  const prose = turns.flatMap((turn) => ("says" in turn ? sentencesOf(turn.says) : "user" in turn && !chatter.test(turn.user.trim()) ? sentencesOf(turn.user) : []));
  const end = said.at(-1)?.trim() ?? "";
  const parts = {
    decided: pick(prose, cues.decided, limits.decided),
    found: pick(prose, cues.found, limits.found),
    failed: [...pick(prose, cues.failed, limits.failed), ...runs.filter(({ failed }) => failed).slice(-limits.failed).map(failureOf)].slice(0, limits.failed),
    open: pick(said.slice(-1).flatMap(sentencesOf), cues.open, limits.open),
  };
  const isWorth = files.length > 0 || commits.length > 0 || parts.decided.length + parts.found.length + parts.failed.length > 0 || end.length >= 200;
  if (asked.length === 0 || !isWorth) return undefined;
  const told = new Set<string>();
  const section = (name: string, lines: readonly string[]) => {
    const fresh = lines.filter((line) => !told.has(line) && told.add(line));
    return fresh.length === 0 ? [] : [`## ${name}\n\n${fresh.map((line) => `- ${line}`).join("\n")}`];
  };
  const text = [
    ...section("Asked", asked.slice(0, limits.asked).map((each) => clip(each.replace(/\s+/g, " "), limits.askedChars))),
    ...section("Decided", parts.decided),
    ...section("Found", parts.found),
    ...section("Failed", parts.failed),
    ...section("Open", parts.open),
    ...section("Changed", [...files.slice(0, limits.files).map((file) => `\`${file}\``), ...commits.slice(-limits.commits).map((subject) => `commit: ${subject}`)]),
    ...(end === "" ? [] : [`## In the end\n\n${clip(end, limits.endChars)}`]),
  ].join("\n\n");
  return {
    title: redact(titleOf(asked)) as string,
    text: redact(text) as string,
    files: files.slice(0, limits.files),
    commits: redact(commits.slice(-limits.commits).reverse()) as string[],
    external: turns.some((turn) => ("reads" in turn && !/^mcp__(?:plugin_paios_)?(?:kb|obs|router|analytics|macos|heartbeat)(?:__|$)/.test(turn.reads)) || ("runs" in turn && fetches.test(turn.runs))),
  };
}

/** The first prompt that says what it is about. */
function titleOf(asked: readonly string[]): string {
  const telling = asked.find((each) => each.split(/\s+/).length >= 4) ?? asked[0] ?? "";
  const [first = telling] = telling.split(/(?<=[.!?])\s|\n/);
  return clip(first.replace(/\s+/g, " ").trim(), limits.titleChars);
}

/** The sentences with a cue, the last ones when there are more: what was said last holds. */
function pick(sentences: readonly string[], cue: RegExp, count: number): string[] {
  return [...new Set(sentences.filter((sentence) => cue.test(sentence)))].slice(-count);
}

function failureOf({ runs: command, output }: { runs: string; output: string }): string {
  const telling = output.trimEnd().split("\n").filter((line) => line.trim() !== "");
  const line = telling.find((each) => /error|fail|cannot|not found|denied|panic|exception/i.test(each)) ?? telling.at(-1) ?? "";
  return `\`${clip(command.split("\n")[0] ?? "", 120)}\`${line === "" ? "" : `: ${clip(line.trim(), 160)}`}`;
}

/** Subjects of `git commit -m`, here documents too, one for each. */
function commitsIn(command: string): string[] {
  return command.split(/\bgit\b[^\n;&|]{0,200}?\bcommit\b/).slice(1).flatMap((rest) => {
    const quoted = /^[^\n;&|"']{0,200}?\s(?:-\w*m\s*|--message[= ]\s*)(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"'$;&|]+))/.exec(rest);
    const said = quoted?.[1] ?? quoted?.[2] ?? quoted?.[3] ?? "";
    const text = said !== "" && !said.startsWith("$(") ? said : /<<-?\s*['"]?(\w+)['"]?\n([\s\S]*?)\n\s*\1/.exec(rest)?.[2];
    const subject = text?.trim().split("\n")[0]?.replace(/\\(["$`\\])/g, "$1").trim();
    return subject ? [subject] : [];
  });
}

function shorter(path: string, folder: string): string {
  const short = isAbsolute(path) ? relative(folder, path) : path;
  return short.startsWith("..") ? path : short;
}
