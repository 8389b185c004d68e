import { temporaryFolder } from "@paios/shared/testing/temporary";
import { manyProcesses } from "../storage/many-processes.ts";

/** INFRA-04: 20 processes of mixed calls on one home for a minute, none of them locked out, nothing lost. */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  using folder = temporaryFolder();
  const { failures, lost, faults, ...figures } = await manyProcesses(folder.path, { servers: 16, clis: 4, seconds: 60 });
  const wrong = [...failures, ...lost, ...faults];
  if (wrong.length > 0) throw new Error(`${wrong.length} of ${figures.calls} calls went wrong:\n${wrong.slice(0, 20).join("\n")}`);
  return { figures: { processes: 20, ...figures } };
}
