import { temporaryFolder } from "@paios/shared/testing/temporary";
import { killAtEachWrite } from "../heartbeat/kill-nine.ts";

/** A run of a job, killed −9 at every single write to the ledger: each slot is claimed once and runs again under its key. */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  using folder = temporaryFolder();
  const { kills, wrong } = await killAtEachWrite(folder.path);
  if (wrong.length > 0) throw new Error(`${wrong.length} things went wrong:\n${wrong.slice(0, 20).join("\n")}`);
  return { figures: { "writes it was killed at": kills, "slots claimed twice": 0, "slots lost": 0 } };
}
