import { appendFileSync, mkdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";

/** A spool that nothing drains stops growing here. */
const spoolBytes = 64 * 1024 * 1024;

/**
 * Appends NDJSON payloads to `<home>/spool/events-<writer>.ndjson`, which obs takes in when it runs: a file write, no
 * database. Whether they are safe there; a spool that is full takes them too, and drops them. Never throws.
 */
export function spool(home: string, writer: string, payloads: readonly string[]): boolean {
  const folder = join(home, "spool");
  const file = join(folder, `events-${writer}.ndjson`);
  let size = 0;
  try {
    mkdirSync(folder, { recursive: true });
    size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size > spoolBytes) return true;
    appendFileSync(file, payloads.map((line) => `${line}\n`).join(""));
    return true;
  } catch {
    cutTo(file, size);
    return false;
  }
}

/** What a full disk took of a batch would come twice. */
function cutTo(file: string, size: number): void {
  try {
    truncateSync(file, size);
  } catch {
    // It was never made.
  }
}
