import { isAbsolute, resolve } from "node:path";
import { styleText } from "node:util";
import { Command } from "commander";
import { controlsOf } from "@paios/hooks/controls";
import { whereabouts } from "@paios/hooks/project";
import { paiosHome } from "@paios/shared/home";
import { withKb, withTools } from "../knowledge.ts";
import { changeMemory } from "../memory/settings.ts";
import { type MemoryStatus, memoryStatus, type ShownInjection, whyInjected } from "../memory/status.ts";
import { outputOf, plain } from "../output.ts";
import { wholeNumber } from "../whole-number.ts";

export function memoryCommand(): Command {
  return new Command("memory")
    .description("what sessions leave for later ones, and what they were given: see, exclude, switch off, forget")
    .action(statusAction)
    .addCommand(new Command("status").description("whether it is on, for this folder too, and what is kept").action(statusAction).exitOverride())
    .addCommand(switchCommand("on", true))
    .addCommand(switchCommand("off", false))
    .addCommand(listCommand("exclude", "never read or keep anything there: a project's name, or a folder with all in it (default: this folder)", (exclude, what) => [...new Set([...exclude, what])]))
    .addCommand(listCommand("include", "take an exclusion back", (exclude, what) => exclude.filter((each) => each !== what)))
    .addCommand(whyCommand())
    .addCommand(forgetCommand())
    .addHelpText("after", help);
}

async function statusAction(_options: unknown, command: Command): Promise<void> {
  const home = paiosHome();
  const at = whereabouts(process.cwd(), process.env);
  const status = await withKb((kb) => memoryStatus(kb, home, at));
  outputOf(command).print(status, () => showStatus(status));
}

function switchCommand(name: "on" | "off", enabled: boolean): Command {
  const description = enabled ? "read from and keep to memory again" : "nothing is put into any session, and nothing is kept of it";
  return new Command(name).description(description).exitOverride().action(async (_options: unknown, command: Command) => {
    const backup = await changeMemory(paiosHome(), () => ({ enabled }));
    outputOf(command).print({ enabled, changed: backup !== undefined }, () => `Memory is ${name}${backup === undefined ? " already" : ""}. It holds from the next event of every session on.`);
  });
}

function listCommand(name: "exclude" | "include", description: string, change: (exclude: readonly string[], what: string) => string[]): Command {
  return new Command(name).description(description).argument("[what]", "a project's name or a folder", ".").exitOverride().action(async (what: string, _options: unknown, command: Command) => {
    const home = paiosHome();
    const named = nameOf(what);
    const backup = await changeMemory(home, ({ exclude }) => ({ exclude: change(exclude, named) }));
    const { exclude } = controlsOf(home);
    outputOf(command).print({ exclude, changed: backup !== undefined }, () => [backup === undefined ? "It was so already." : `${name === "exclude" ? "Excluded" : "Included again"}: ${plain(named)}`, ...(name === "exclude" && backup !== undefined ? ["What is kept from there already stays. To forget it: ai kb forget --project NAME"] : [])].join("\n"));
  });
}

/** A path becomes the project's folder that it is in; a bare word is a project's name. */
function nameOf(what: string): string {
  if (!isAbsolute(what) && !/^[.~]|[/\\]/.test(what)) return what;
  const path = resolve(what.replace(/^~(?=$|\/)/, process.env["HOME"] ?? "~"));
  return whereabouts(path, process.env).folder || path;
}

function whyCommand(): Command {
  return new Command("why")
    .description("what was put into a session, or into the last ones, from where, with which score and why")
    .argument("[session]", "a session's id, whole")
    .option("-n, --limit <number>", "at most this many", wholeNumber, 20)
    .exitOverride()
    .action(async (session: string | undefined, { limit }: { limit: number }, command: Command) => {
      const injected = await withKb((kb) => whyInjected(kb, session, limit));
      outputOf(command).print({ injected }, () => (injected.length === 0 ? `Nothing was put into ${session === undefined ? "any session" : "that session"}.` : injected.map(showInjection).join("\n")));
    });
}

function forgetCommand(): Command {
  return new Command("forget")
    .description("take something that is remembered out of every answer and session; undoable for 30 days")
    .argument("<ids...>", "numbers, as ai memory why shows them", (id: string, before: number[]) => [...before, wholeNumber(id)], [])
    .exitOverride()
    .action(async (ids: number[], _options: unknown, command: Command) => {
      for (const id of ids) await withTools((kb) => kb.call("kb_forget", { id }));
      outputOf(command).print({ forgotten: ids }, () => `Forgot ${ids.map((id) => `#${id}`).join(", ")}. To bring one back: ai kb forget ${ids[0]} --undo`);
    });
}

function showStatus({ enabled, problem, installed, here, exclude, learnings, findings, projects, injectedLately, waiting, failed }: MemoryStatus): string {
  return [
    `${enabled ? styleText("green", "✔ on") : styleText("yellow", "✘ off")}${problem === undefined ? "" : `  ${problem}`}`,
    ...(installed ? [] : ["No session is given or leaves anything yet: the hooks are not in Claude Code and Codex. Next: ai setup"]),
    here.project === "" ? "This folder is no project: a session here is given nothing." : `This folder is ${plain(here.project)}: ${here.used ? "sessions here are given what fits, and leave what they learned." : "left alone."}`,
    `${learnings} learnings, ${findings} findings of tools${projects.length > 0 ? `; most in ${projects.map(({ project, count }) => `${plain(project)} (${count})`).join(", ")}` : ""}`,
    `${injectedLately} put into sessions in the last 7 days`,
    ...(exclude.length > 0 ? [`Excluded: ${exclude.map(plain).join(", ")}`] : []),
    ...(waiting > 0 ? [`${waiting} wait to be stored; the next event of a session sees to it.`] : []),
    ...(failed > 0 ? [`${failed} could not be stored: ai events --category hook --status error`] : []),
  ].join("\n");
}

function showInjection({ time, client, project, event, id, title, score, reasons, session }: ShownInjection): string {
  return `${styleText("dim", time.slice(0, 16).replace("T", " "))}  #${id} ${plain(title)}  ${styleText("dim", `score ${score.toFixed(2)}: ${plain(reasons.join("; "))} · ${event} · ${client} · ${plain(project)} · ${plain(session)}`)}`;
}

const help = `
A project is left alone too when a file .paiosignore lies in its folder.
What is put before a model is always fenced, at most three pieces at the start of a session and one with a prompt.

Examples:
  ai memory                       is it on, here too, and what is there
  ai memory why                   what the last sessions were given, and why
  ai memory exclude .             nothing of this project, from now on
  ai memory off                   nothing anywhere
  ai memory forget 12 14          take two learnings out`;

