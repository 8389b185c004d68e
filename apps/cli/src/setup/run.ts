import { wasChangedMeanwhile } from "@paios/shared/change";
import { UserError } from "@paios/shared/errors";
import { agrees, canAsk, choose, mustSayYes } from "../ask.ts";
import type { Output } from "../output.ts";
import { applySetup, applyUninstall } from "./apply.ts";
import type { ClientName } from "./clients.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { planSetup, planUninstall, type SetupPlan } from "./plan.ts";
import { readRecord } from "./record-file.ts";
import { readServers, toolsNeedingConsent } from "./servers.ts";
import { isEmpty, showOutcome, showPlan, showUninstalled } from "./show.ts";

export interface SetupOptions {
  client?: ("claude" | "codex" | "gateway")[];
  allow?: string[];
  ask?: string[];
  dryRun?: boolean;
  yes?: boolean;
  uninstall?: boolean;
}

/** `ai setup`: plan, show, agree, apply, prove. */
export async function runSetup(options: SetupOptions, output: Output, signal: AbortSignal): Promise<void> {
  const machine = thisMachine();
  const only = options.client?.map((name): ClientName => (name === "gateway" ? "openclaw" : name));
  if (options.uninstall) return uninstall(machine, only, options, output);
  const wish = { only, allowed: await allowedTools(machine, options, output) };
  const plan = await planSetup(machine, wish);
  const note = { clients: plan.clients, allowed: plan.allowed, notes: plan.notes };
  if (options.dryRun) return output.print({ ...note, ...asData(plan) }, () => showPlan(machine, plan));
  if (!(await isAgreed(machine, plan, options, output, "Change these files?"))) return;
  const working = output.progress("Asking the clients");
  const outcome = await onFreshPlan(plan, () => planSetup(machine, wish), (fresh) => applySetup(machine, fresh, signal)).finally(() => working.end());
  output.print({ ...note, ...outcome }, () => showOutcome(outcome));
  if (outcome.live.some(({ state }) => state !== "connected")) process.exitCode = 1;
}

async function uninstall(machine: Machine, only: readonly ClientName[] | undefined, options: SetupOptions, output: Output): Promise<void> {
  const plan = await planUninstall(machine, { only });
  if (options.dryRun) return output.print(asData(plan), () => showPlan(machine, plan));
  if (!(await isAgreed(machine, plan, options, output, "Take these out?"))) return;
  const applied = await onFreshPlan(plan, () => planUninstall(machine, { only }), (fresh) => applyUninstall(machine, fresh, only === undefined));
  output.print(applied, () => showUninstalled(applied, machine.home));
}

/** Claude Code writes into its own file at odd moments: what was agreed to is then planned on the new text, twice at most. */
async function onFreshPlan<T>(plan: SetupPlan, again: () => Promise<SetupPlan>, apply: (plan: SetupPlan) => Promise<T>, left = 2): Promise<T> {
  try {
    return await apply(plan);
  } catch (error) {
    if (left === 0 || !wasChangedMeanwhile(error)) throw error;
    return onFreshPlan(await again(), again, apply, left - 1);
  }
}

async function isAgreed(machine: Machine, plan: SetupPlan, { yes = false }: SetupOptions, output: Output, question: string): Promise<boolean> {
  if (isEmpty(plan)) return true;
  if (!output.json) process.stdout.write(`${showPlan(machine, plan)}\n\n`);
  if (yes) return true;
  if (!canAsk(output.json)) mustSayYes("Setup");
  if (await agrees(question)) return true;
  process.stdout.write("Nothing was changed.\n");
  return false;
}

/** What was agreed to before, with --allow and --ask; at the first setup at a terminal, the person is asked. */
async function allowedTools(machine: Machine, { allow = [], ask = [], yes = false, dryRun = false }: SetupOptions, output: Output): Promise<string[]> {
  const risky = toolsNeedingConsent(readServers(machine.repository, machine.home));
  const unknown = [...allow, ...ask].find((name) => risky.every((tool) => tool.name !== name));
  if (unknown !== undefined) throw new UserError("bad_input", `"${unknown}" is not a tool that asks first. Those are: ${risky.map(({ name }) => name).join(", ")}.`);
  const record = readRecord(machine.files.record);
  const before = [...(record?.allowed ?? []), ...allow].filter((name) => !ask.includes(name));
  if (record || yes || dryRun || allow.length > 0 || risky.length === 0 || !canAsk(output.json)) return [...new Set(before)].sort();
  const choices = risky.map(({ name, risk }) => ({ value: name, hint: risk }));
  return (await choose("The clients ask before each use of these tools. Let any run unasked? (space to choose, return to go on)", choices, [])).sort();
}

function asData({ planned, linkNode, gateway, forgetInClaude }: SetupPlan): object {
  return { changes: planned.changes.map(({ path, diff }) => ({ path, diff })), unchanged: planned.unchanged, linkNode, gateway, forgetInClaude };
}
