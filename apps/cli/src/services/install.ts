import { mkdirSync } from "node:fs";
import { logsOf } from "@paios/infra/place";
import { type ServiceName, services } from "@paios/infra/services";
import { applyChanges, type Applied, rollback } from "@paios/shared/change";
import { linkNode } from "../setup/links.ts";
import type { Machine } from "../setup/machine.ts";
import { assertOutside } from "./inside.ts";
import type { Manager } from "./manager.ts";
import { isInstalled, type ServicesPlan } from "./plan.ts";

export interface Installed extends Applied {
  started: ServiceName[];
  /** Whether they come back before anyone logs in; undefined where that cannot be told. */
  boot: boolean | undefined;
}

/** Writes the files and starts what changed or is not enabled. When the manager says no, the files are put back and it is told. */
export async function applyInstall(machine: Machine, manager: Manager, { planned, names, changed }: ServicesPlan): Promise<Installed> {
  const states = await manager.states(names.map((name) => manager.unitOf(name)));
  const started = names.filter((name, at) => changed.includes(name) || !isUp(states[at]));
  assertOutside(machine, "starting it anew", started);
  linkNode(machine);
  mkdirSync(logsOf(machine.home), { recursive: true, mode: 0o700 });
  const known = changed.filter((name) => isInstalled(manager, name));
  const applied = await applyChanges(machine.home, planned, { what: "services" });
  try {
    if (started.length > 0) await manager.start(started);
  } catch (error) {
    await undo(machine, manager, applied, changed, known);
    throw error;
  }
  return { ...applied, started, boot: await bootOf(manager) };
}

/** Ends and disables first: a file that is gone can no longer be told to. */
export async function applyRemoval(machine: Machine, manager: Manager, { planned, names }: ServicesPlan): Promise<Applied> {
  assertOutside(machine, "taking it out", names);
  if (names.length > 0) await manager.stop(names);
  try {
    return await applyChanges(machine.home, planned, { what: "services-removal" });
  } catch (error) {
    await manager.start(names).catch(() => {});
    throw error;
  } finally {
    await manager.forget().catch(() => {});
  }
}

/**
 * Makes the manager agree with the files as they are now, after a rollback: what lost its file is ended, what has one is
 * started. Services that a rollback takes out still run until then.
 */
export async function settle(machine: Machine, manager: Manager): Promise<void> {
  const there = services.map(({ name }) => name).filter((name) => isInstalled(manager, name));
  const states = await manager.states(services.map(({ name }) => manager.unitOf(name)));
  const orphans = services.map(({ name }) => name).filter((name, at) => !there.includes(name) && states[at] !== undefined && states[at].state !== "stopped");
  assertOutside(machine, "settling it", [...orphans, ...there]);
  if (orphans.length > 0) await manager.stop(orphans);
  await manager.forget();
  if (there.length > 0) await manager.start(there);
}

async function undo(machine: Machine, manager: Manager, { id }: Applied, changed: readonly ServiceName[], known: readonly ServiceName[]): Promise<void> {
  await manager.stop(changed).catch(() => {});
  if (id !== undefined) await rollback(machine.home, id);
  await manager.forget().catch(() => {});
  if (known.length > 0) await manager.start(known).catch(() => {});
}

/** A user that may not switch it on is told, and the services are there all the same. */
async function bootOf(manager: Manager): Promise<boolean | undefined> {
  const already = await manager.startsAtBoot();
  return already === false && manager.enableAtBoot ? manager.enableAtBoot() : already;
}

function isUp(state: { enabled: boolean; state: string } | undefined): boolean {
  return state !== undefined && state.enabled && ["running", "waiting", "starting"].includes(state.state);
}
