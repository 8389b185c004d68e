import { temporaryFolder } from "@paios/shared/testing/temporary";
import { fuzzLines, fuzzTools } from "../storage/fuzz.ts";

/** 100,000 damaged lines and 4,000 hostile calls of each tool: no crash, no defect, the database whole. */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  using lines = temporaryFolder();
  using tools = temporaryFolder();
  const damaged = await fuzzLines(lines.path, 100_000, 42);
  const hostile = await fuzzTools(tools.path, 4_000, 42);
  const wrong = [...damaged.faults, ...hostile.wrong];
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  return { figures: { lines: damaged.lines, answers: damaged.answers, calls: hostile.calls, answered: hostile.answered, refused: hostile.refused } };
}
