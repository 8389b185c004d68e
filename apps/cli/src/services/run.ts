import { styleText } from "node:util";
import { logOf } from "@paios/infra/place";
import { type ServiceName, services } from "@paios/infra/services";
import { UserError } from "@paios/shared/errors";
import { agrees, canAsk, mustSayYes } from "../ask.ts";
import { interruptible } from "../interruptible.ts";
import { type Output, plain } from "../output.ts";
import { thisMachine } from "../setup/machine.ts";
import { candidates, serviceNamed } from "./candidates.ts";
import { assertOutside } from "./inside.ts";
import { applyInstall, applyRemoval, type Installed } from "./install.ts";
import { follow, lastLines } from "./logs.ts";
import { type Manager, needManager } from "./manager.ts";
import { isInstalled, planInstall, planRemoval, type ServicesPlan } from "./plan.ts";
import { bootLine, showStatus, statusOf } from "./status.ts";

export interface ChangeOptions {
  yes?: boolean;
  dryRun?: boolean;
}

/** `ai services install`: plan, show, agree, write, start. */
export async function install(names: readonly string[], options: ChangeOptions, output: Output): Promise<void> {
  const machine = thisMachine();
  const manager = await needManager(machine);
  const plan = planInstall(machine, manager, names);
  if (options.dryRun) return output.print(asData(plan), () => showPlan(plan));
  if (!(await isAgreed(plan, options, output, "Install and start these?"))) return;
  const done = await applyInstall(machine, manager, plan);
  output.print({ ...done, notes: plan.notes }, () => showInstalled(done, plan, manager));
}

export async function uninstall(names: readonly string[], options: ChangeOptions, output: Output): Promise<void> {
  const machine = thisMachine();
  const manager = await needManager(machine);
  const plan = planRemoval(manager, names, services.map(({ name }) => name));
  if (options.dryRun) return output.print(asData(plan), () => showPlan(plan));
  if (!(await isAgreed(plan, options, output, "Stop these and take them out?"))) return;
  const done = await applyRemoval(machine, manager, plan);
  output.print({ ...done, removed: plan.names, notes: plan.notes }, () => [...plan.notes, plan.names.length > 0 ? `${tick} Taken out: ${plan.names.join(", ")}. Logs and data stay.` : "There was nothing of ours to take out."].join("\n"));
}

export async function status(output: Output): Promise<void> {
  const machine = thisMachine();
  const known = await statusOf(machine, await needManager(machine));
  output.print(known, () => showStatus(known));
  if (known.services.some(({ state }) => state === "failed")) process.exitCode = 1;
}

export async function restart(name: string, output: Output): Promise<void> {
  const service = serviceNamed(name);
  const machine = thisMachine();
  assertOutside(machine, "restarting it", [name]);
  const manager = await needManager(machine);
  if (candidates(machine, manager, [name])[0]?.can === "watch") throw new UserError("refused", "OpenClaw runs its Gateway as a service of its own. Next: openclaw gateway restart");
  if (!isInstalled(manager, service.name)) throw new UserError("not_found", `${name} is not installed. Next: ai services install ${name}`);
  await manager.restart(service.name);
  output.print({ restarted: name }, () => `${tick} ${name} ${service.kind.runs === "at" ? "runs what is due now" : "was started anew"}. ai services logs ${name} shows what it says.`);
}

export async function logs(name: string, options: { follow?: boolean; lines: number }, output: Output): Promise<void> {
  const path = logOf(thisMachine().home, serviceNamed(name).name);
  const lines = lastLines(path, options.lines).map(shown);
  output.print({ path, lines }, () => lines.join("\n") || `Nothing is in ${path} yet.`);
  if (options.follow && !output.json) await follow(path, (text) => process.stdout.write(text.split("\n").map(shown).join("\n")), interruptible());
}

/** A stack trace keeps its indentation. */
function shown(line: string): string {
  return `${/^ */.exec(line)?.[0] ?? ""}${plain(line)}`;
}

const tick = styleText("green", "✔");

async function isAgreed(plan: ServicesPlan, { yes = false }: ChangeOptions, output: Output, question: string): Promise<boolean> {
  if (plan.planned.changes.length === 0) return true;
  if (!output.json) process.stdout.write(`${showPlan(plan)}\n\n`);
  if (yes) return true;
  if (!canAsk(output.json)) mustSayYes("A change of services");
  if (await agrees(question)) return true;
  process.stdout.write("Nothing was changed.\n");
  return false;
}

function showPlan({ planned, notes }: ServicesPlan): string {
  const { changes } = planned;
  return [...notes.map((note) => `${styleText("yellow", "!")} ${note}`), ...changes.map(({ diff }) => diff.trimEnd()), ...(changes.length === 0 ? ["No file is to be changed."] : [])].join("\n");
}

function showInstalled({ changed, backup, started, boot }: Installed, { names, notes }: ServicesPlan, manager: Manager): string {
  const listed = (which: readonly ServiceName[]) => which.join(", ");
  if (names.length === 0) return [...notes, "There is nothing to install."].join("\n");
  return [
    ...(changed.length === 0 ? notes : []),
    started.length > 0 ? `${tick} Started: ${listed(started)}` : `${tick} Everything is installed and runs: ${listed(names)}`,
    ...(changed.length > 0 && backup !== undefined ? [`  ${changed.length} files changed; the former ones are in ${backup}`] : []),
    bootLine(manager.kind, boot),
    "Next: ai services status",
  ].join("\n");
}

function asData({ planned, names, notes }: ServicesPlan): object {
  return { services: names, changes: planned.changes.map(({ path, diff }) => ({ path, diff })), unchanged: planned.unchanged, notes };
}
