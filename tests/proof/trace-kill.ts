import { temporaryFolder } from "@paios/shared/testing/temporary";
import { killWriters } from "../storage/trace-faults.ts";

const rounds = 200;

/** A process that emits spans, killed −9 200 times while others drain: nothing flushed is lost or doubled. */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  using folder = temporaryFolder();
  const { acknowledged, wrong } = await killWriters(folder.path, rounds, 42);
  if (wrong.length > 0) throw new Error(`${wrong.length} things went wrong:\n${wrong.slice(0, 20).join("\n")}`);
  return { figures: { rounds, acknowledged, lost: 0, doubled: 0 } };
}
