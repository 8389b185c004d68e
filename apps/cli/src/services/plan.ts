import { type Edit, planChanges, type Planned } from "@paios/shared/change";
import { existsSync } from "node:fs";
import { UserError } from "@paios/shared/errors";
import type { ServiceName } from "@paios/infra/services";
import type { Machine } from "../setup/machine.ts";
import { candidates, serviceNamed } from "./candidates.ts";
import type { Manager } from "./manager.ts";

export interface ServicesPlan {
  planned: Planned;
  /** Those whose files are, or become, as they should be. */
  names: ServiceName[];
  /** Those whose files change. */
  changed: ServiceName[];
  /** Why others are left out, a sentence each. */
  notes: string[];
}

const unitMode = 0o644;

/** Computes the files of these services, of all by default; changes nothing. Throws UserError("refused") for a named one that cannot be installed. */
export function planInstall(machine: Machine, manager: Manager, wanted: readonly string[]): ServicesPlan {
  const all = candidates(machine, manager, wanted);
  const ready = all.flatMap((candidate) => (candidate.can === "install" ? [candidate] : []));
  const left = all.flatMap((candidate) => (candidate.can === "install" ? [] : [`${candidate.service.name} is not installed: ${candidate.reason}.`]));
  if (wanted.length > 0 && ready.length === 0) throw new UserError("refused", `${left.join(" ")} ai services status shows them all.`);
  const files = ready.flatMap(({ service, placed }) => manager.filesOf(placed).map((file) => ({ ...file, name: service.name })));
  const planned = planChanges(files.map(({ path, text }): Edit => ({ path, mode: unitMode, compute: () => text })));
  return { planned, names: ready.map(({ service }) => service.name), changed: changedNames(files, planned), notes: left };
}

/** The same for taking the files of these services out again, of all that are there by default. */
export function planRemoval(manager: Manager, wanted: readonly string[], everyName: readonly ServiceName[]): ServicesPlan {
  const names = wanted.length > 0 ? wanted.map((name) => serviceNamed(name).name) : everyName;
  const files = names.flatMap((name) => manager.pathsOf(name).map((path) => ({ path, name })));
  const planned = planChanges(files.map(({ path }): Edit => ({ path, compute: () => undefined })));
  const changed = changedNames(files, planned);
  return { planned, names: changed, changed, notes: wanted.length === 0 ? [] : names.filter((name) => !changed.includes(name)).map((name) => `${name} was not installed by PAIOS.`) };
}

export function isInstalled(manager: Manager, name: ServiceName): boolean {
  return manager.pathsOf(name).some((path) => existsSync(path));
}

function changedNames(files: readonly { path: string; name: ServiceName }[], { changes }: Planned): ServiceName[] {
  return [...new Set(files.filter(({ path }) => changes.some((change) => change.path === path)).map(({ name }) => name))];
}
