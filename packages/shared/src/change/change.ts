import { type Applied, type ApplyOptions, carryOut, tidyBeside } from "./carry-out.ts";
import { explained } from "./failure.ts";
import { ownershipOf } from "./file.ts";
import type { Planned } from "./plan.ts";

export { type Applied, type ApplyOptions, wasChangedMeanwhile } from "./carry-out.ts";
export { type Edit, type Planned, type PlannedChange, planChanges } from "./plan.ts";
export type { ProbeResult } from "./probe.ts";
export { listChanges, type ListedChange, rollback, type RollbackOptions, type RolledBack } from "./rollback.ts";

/**
 * Carries out what was planned, all of it or nothing: backup to `<home>/backups/<time>-<what>/`, locks, hashes checked
 * again, temporary file and rename, read again, probe. A crash leaves each file old or new, whole. Two at once go one
 * after the other. When nothing differs, nothing is written and the probe is not run.
 * Throws `UserError`, with nothing changed: "config" (a file was changed since the plan, or the probe says no),
 * "timed_out" (the probe), "unavailable" (a lock stays held), "storage" (disk full, no permission).
 */
export async function applyChanges(home: string, planned: Planned, options: ApplyOptions): Promise<Applied> {
  tidyBeside([...planned.unchanged, ...planned.changes.map(({ path }) => path)]);
  const writes = planned.changes.map(({ path, realPath, before, after, mode }) => ({ path, realPath, before: bytes(before), after: bytes(after), ownership: explained(path, () => ownershipOf(realPath)) ?? { mode } }));
  return carryOut(home, writes, options);
}

function bytes(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text);
}
