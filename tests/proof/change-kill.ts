import { temporaryFolder } from "@paios/shared/testing/temporary";
import { killChanges } from "../change/kill.ts";

/** 1,000 changes, undoings and rollbacks of four files, each killed −9: every file old or new, and all completed by the next run. */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  using folder = temporaryFolder();
  const { kills, mixed, rounds, wrong } = await killChanges(folder.path, 1_000, 42);
  if (wrong.length > 0) throw new Error(`${wrong.length} things went wrong:\n${wrong.join("\n")}`);
  return { figures: { kills, rounds, killedBetweenTwoFiles: mixed, damaged: 0, notCompleted: 0 } };
}
