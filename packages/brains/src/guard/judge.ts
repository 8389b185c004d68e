import { homedir } from "node:os";
import { type Call, unknown, type Value, words } from "./call.ts";
import { inlineOf } from "./inline.ts";
import { isInside, isOurs, isPrivate, isStartUp, mayBe, type Place } from "./places.ts";
import type { Rule } from "./rule.ts";
import { fileRules } from "./rules-files.ts";
import { isInterpreter, networkRules } from "./rules-network.ts";
import { systemRules } from "./rules-system.ts";
import { toolRules } from "./rules-tools.ts";
import { callsOf } from "./walk.ts";
import { isShell, saidTo } from "./unwrap.ts";

/** What may be done, or the number of the blocked class and why. */
export type Verdict = { allowed: true } | { allowed: false; class: number; reason: string };

export interface JudgePlace {
  /** Absolute: the folder of the task. */
  cwd: string;
  /** The person's home; by default this process's. */
  home?: string | undefined;
}

const maxChars = 100_000;
const hidden = 32;
const hiddenName = "hiding what a command does";

/** Every blocked class but the last, in the order in which they are tried. */
export const rules: readonly Rule[] = [...fileRules, ...systemRules, ...networkRules, ...toolRules];

/**
 * Whether a shell command may be run by a brain that PAIOS started. The command is parsed, unwrapped and never run;
 * what cannot be known before it runs and would matter is refused.
 */
export function judgeCommand(command: string, { cwd, home = homedir() }: JudgePlace): Verdict {
  if (command.length > maxChars || command.includes(unknown)) return refused(hidden, hiddenName);
  const place: Place = { cwd, home };
  const calls = callsOf(command, place);
  for (const call of calls) {
    const found = rules.find(({ test }) => test(call, place, calls));
    if (found) return refused(found.id, found.name);
    const inside = ofInline(call, place);
    if (inside) return inside;
  }
  return calls.some(isHidden) ? refused(hidden, hiddenName) : { allowed: true };
}

/** A file tool's path: reading private files, and writing outside the working folder, are blocked as for commands. */
export function judgePath(path: string, access: "read" | "write", { cwd, home = homedir() }: JudgePlace): Verdict {
  const place: Place = { cwd, home };
  const value: Value = { text: path.startsWith("~/") ? home + path.slice(1) : path, sure: true, inner: [] };
  const call: Call = { program: "", args: [value], redirects: [], assigned: [], fed: [], input: undefined, folders: [cwd], background: false };
  if (access === "read") return mayBe(call, value, (each) => isPrivate(each, place)) ? refused(14, "reading private keys, credentials or an .env") : { allowed: true };
  if (mayBe(call, value, (each) => isOurs(each, place))) return refused(18, "changing the configuration or hooks of PAIOS, Claude, Codex or OpenClaw");
  if (mayBe(call, value, (each) => isStartUp(each, place))) return refused(16, "writing to ~/.ssh, to what a shell reads at its start, or to a folder of programs");
  return { allowed: true };
}

export function refused(id: number, name: string): Verdict {
  return { allowed: false, class: id, reason: `PAIOS blocks ${name} (class ${id}). Leave it out, or ask the person to do it.` };
}

const changesPrograms = /^(?:LD_PRELOAD|LD_LIBRARY_PATH|LD_AUDIT|DYLD_INSERT_LIBRARIES|BASH_ENV|ENV|PROMPT_COMMAND|SHELLOPTS|BASHOPTS|PERL5OPT|PYTHONSTARTUP)$/;

function isHidden(call: Call): boolean {
  if (call.finding === "hidden" || call.finding === "unparsed" || call.program === unknown) return true;
  if (isShell(call.program) && !words(call).some((word) => /^-[a-z]*c/.test(word)) && call.fed.length > 0 && runsUnseen(call)) return true;
  if (call.program === "shopt" && words(call).includes("expand_aliases")) return true;
  if (call.program === "enable" || (call.program === "exec" && words(call)[0] === "-a")) return true;
  if (call.assigned.some(({ name }) => changesPrograms.test(name))) return true;
  if ((call.program === "env" || call.program === "export") && words(call).some((word) => changesPrograms.test(word.split("=")[0] ?? ""))) return true;
  return (call.program === "claude" || call.program === "codex") && words(call).some((word) => /^--(?:allow-)?dangerously|^--yolo$|bypassPermissions|danger-full-access/.test(word));
}

/** A shell is fed with what the script does not show. A script that is said or shown from a file is seen, or is a file like any other. */
function runsUnseen(call: Call): boolean {
  if (words(call).some((word) => !word.startsWith("-") && word !== "/dev/stdin")) return false;
  return saidTo(call) === undefined && !call.fed.every(({ program, redirects }) => (program === "cat" && redirects.length === 0) || program === "");
}

function ofInline(call: Call, place: Place): Verdict | undefined {
  const inline = inlineOf(call);
  if (!inline) return undefined;
  const { strings, code } = inline;
  if (inline.forksForEver) return refused(5, "a fork bomb");
  if (inline.sockets && (inline.startsPrograms || /\/bin\/(?:ba|z|da)?sh|dup2|pty/.test(code))) return refused(12, "handing out a shell over the network");
  if (inline.fetches && /\b(?:exec|eval|system|Function)\b/.test(code)) return refused(11, "running what was fetched from the network");
  if (inline.uploads && /\b(?:open|readFile\w*|read_text)\s*\(/.test(code)) return refused(13, "uploading local files");
  if (inline.printsEnvironment) return refused(15, "printing the environment or tokens");
  const values = strings.map((text): Value => ({ text: text.startsWith("~/") ? place.home + text.slice(1) : text, sure: !text.includes(unknown), inner: [] }));
  const paths = values.filter(({ text }) => /^[~/.]/.test(text) && text.length < 1_000);
  if (paths.some((value) => mayBe(call, value, (path) => isPrivate(path, place)))) return refused(14, "reading private keys, credentials or an .env");
  if (paths.some((value) => mayBe(call, value, (path) => isStartUp(path, place) && !/bin\/[\w.-]+$/.test(path))) && /\b(?:open|write\w*|append\w*)\b/.test(code)) return refused(16, "writing to ~/.ssh, to what a shell reads at its start, or to a folder of programs");
  if (inline.removes && (paths.length === 0 || paths.some((value) => !isInside(call, value, place)))) return refused(1, "deleting folders outside the working folder");
  if (!inline.startsPrograms) return undefined;
  for (const text of [...strings, strings.join(" ")]) {
    const verdict = text.trim() === "" || !/\s|^\w+$/.test(text) ? { allowed: true as const } : judgeCommand(text, { cwd: place.cwd, home: place.home });
    // A text that is no command at all says nothing.
    if (!verdict.allowed && verdict.class !== hidden) return verdict;
  }
  return inline.decodes && isInterpreter(call.program) ? refused(hidden, hiddenName) : undefined;
}
