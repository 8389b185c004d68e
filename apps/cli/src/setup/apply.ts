import { applyChanges, type Applied, rollback } from "@paios/shared/change";
import { UserError } from "@paios/shared/errors";
import { claudePluginData, forgetInClaude } from "./claude-plugin.ts";
import { codexCopies } from "./codex-plugin.ts";
import { changeGateway } from "./gateway.ts";
import type { ClientName } from "./clients.ts";
import { linkNode, unlinkNode } from "./links.ts";
import { askClients, judge } from "./live.ts";
import type { Machine } from "./machine.ts";
import type { SetupPlan } from "./plan.ts";
import { pluginFolder, removeEmptyFolders } from "./plugin.ts";
import type { Row } from "./probe.ts";

export interface SetupOutcome extends Applied {
  /** What each client says of each server, afterwards. */
  live: Row[];
}

const probeTimeoutMs = 45_000;

/** Carries out a setup. When a server is not live in a client afterwards, or at Ctrl-C, everything is put back. */
export async function applySetup(machine: Machine, plan: SetupPlan, signal: AbortSignal): Promise<SetupOutcome> {
  signal.throwIfAborted();
  linkNode(machine);
  const names = plan.servers.map(({ name }) => name);
  let live: Row[] | undefined;
  const probe = async () => {
    removeEmptyFolders(codexCopies(machine));
    live = await Promise.race([askClients(machine, plan.usable, names), stopped(signal)]);
    return judge(live);
  };
  const applied = await applyChanges(machine.home, plan.planned, { what: "setup", locks: [`${machine.files.claudeConfig}.lock`], probe, probeTimeoutMs });
  await gatewayOrBack(machine, plan, applied);
  return { ...applied, live: live ?? (await askClients(machine, plan.usable, names)) };
}

/** Takes out what setup put in. The links go last: until then every registration works. */
export async function applyUninstall(machine: Machine, plan: SetupPlan, whole: boolean): Promise<Applied> {
  const applied = await applyChanges(machine.home, plan.planned, { what: "uninstall", locks: [`${machine.files.claudeConfig}.lock`] });
  const claude = commandOf(plan, "claude");
  if (claude !== undefined && plan.forgetInClaude) await orBack(machine, applied, () => forgetInClaude(claude, machine));
  await gatewayOrBack(machine, plan, applied);
  for (const folder of [codexCopies(machine), claudePluginData(machine), pluginFolder(machine)]) removeEmptyFolders(folder);
  if (whole) unlinkNode(machine);
  return applied;
}

async function gatewayOrBack(machine: Machine, plan: SetupPlan, applied: Applied): Promise<void> {
  const command = commandOf(plan, "openclaw");
  if (command !== undefined) await orBack(machine, applied, () => changeGateway(command, machine, plan.gateway));
}

async function orBack(machine: Machine, applied: Applied, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (applied.id !== undefined) await rollback(machine.home, applied.id);
    throw error;
  }
}

function commandOf(plan: SetupPlan, client: ClientName): string | undefined {
  return plan.usable.find(({ name }) => name === client)?.command;
}

function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new UserError("refused", "Stopped by Ctrl-C."));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
