import type { BrainName } from "@paios/brains/brain";
import { startMockModels } from "@paios/shared/testing/mock-models";
import { brainRig, request } from "../brains/rig.ts";

const runs = 50;
const ways: [BrainName, string][] = [["claude", "sdk"], ["claude", "cli"], ["codex", "app-server"], ["codex", "exec"]];

/** SDK-05: 50 runs in a row of each way of the real CLIs leave no process. */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  const figures: Record<string, number | string> = {};
  for (const [name, way] of ways) {
    const mock = await startMockModels(Array.from({ length: runs }, () => ({ text: "Again." })));
    using rig = await brainRig(mock);
    const brain = rig.brain(name, { ways: [way] });
    let failed = 0;
    let orphans = 0;
    const started = performance.now();
    for (let run = 0; run < runs; run++) {
      await brain.run(request("Say it again").request).catch(() => failed++);
      orphans += rig.left().length;
    }
    if (failed > 0 || orphans > 0) throw new Error(`${name} by ${way}: ${failed} of ${runs} failed, ${orphans} processes were left`);
    figures[`${name} ${way}, ms a run`] = Math.round((performance.now() - started) / runs);
    await mock.close();
  }
  return { figures: { runs, orphans: 0, ...figures } };
}
