import type { BrainRequest, BrainResult } from "../brain.ts";
import { BrainFailure } from "../failure.ts";
import { recogniseThrown } from "../errors/recognise.ts";

export interface Way {
  name: string;
  run: (request: BrainRequest) => Promise<BrainResult>;
}

/** Takes the first way; the next steps in only when the one before it could not begin, so that no task is done twice. */
export async function runWays(who: string, ways: readonly Way[], request: BrainRequest): Promise<BrainResult> {
  for (const [at, way] of ways.entries()) {
    request.signal.throwIfAborted();
    try {
      return await way.run(request);
    } catch (error) {
      request.signal.throwIfAborted();
      const failure = recogniseThrown(error, who);
      const next = ways[at + 1];
      if (failure.facts.otherWay !== true || !next) throw failure;
      request.onEvent({ kind: "progress", message: `${who} could not begin by ${way.name}; ${next.name} is used.` });
    }
  }
  throw new BrainFailure("unavailable", `${who} has no way to be asked. Give it one in the section "brains" of paios.json.`);
}
