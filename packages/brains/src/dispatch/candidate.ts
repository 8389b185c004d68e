import { UserError } from "@paios/shared/errors";
import type { Brain, BrainName, BrainRequest } from "../brain.ts";
import type { BreakerKey } from "./breaker.ts";
import { titleOf } from "./words.ts";

/** A brain that could do the task, and what became of it. */
export interface Candidate {
  brain: Brain;
  /** The asked-for model is the chosen brain's; another brain takes its own. */
  model: string | undefined;
  key: BreakerKey;
  tries: number;
  ticket: number | undefined;
  /** Why it is not asked (again), in our own words. */
  over: string | undefined;
}

/** The chosen brain first, the others in their order; only those that can do the task. Throws `UserError("bad_input")`. */
export function candidatesFor(brains: readonly Brain[], request: BrainRequest, chosen: BrainName, failovers: number): Candidate[] {
  const first = brains.find(({ name }) => name === chosen);
  if (!first) throw new UserError("bad_input", `The brain "${chosen}" is not configured. Choose one of: ${brains.map(({ name }) => name).join(", ")}.`);
  const order = failovers === 0 ? [first] : [first, ...brains.filter((brain) => brain !== first)];
  const able = order.filter((brain) => lack(brain, request) === undefined);
  if (able.length > 0) return able.map((brain) => candidateOf(brain, brain === first ? request.model : undefined));
  const lacks = order.map((brain) => `${titleOf(brain.name)} ${lack(brain, request)}`).join("; ");
  throw new UserError("bad_input", `No brain that may be asked can do this: ${lacks}. Choose another brain, or leave that out of the task.`);
}

const reachableWithinMs = 5_000;

/** `available`, for a brain that may hang or throw there. */
export async function reachability(brain: Brain): ReturnType<Brain["available"]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, reachableWithinMs);
  });
  try {
    return (await Promise.race([brain.available(), late])) ?? { ok: false, reason: `${titleOf(brain.name)} did not say within ${reachableWithinMs / 1_000} s whether it can be reached` };
  } catch (error) {
    return { ok: false, reason: error instanceof UserError ? error.message : `Whether ${titleOf(brain.name)} can be reached could not be found out` };
  } finally {
    clearTimeout(timer);
  }
}

/** What the request would need and the brain cannot. */
function lack({ abilities }: Brain, { attachments, cwd }: BrainRequest): string | undefined {
  const unread = attachments.find(({ mimeType }) => !abilities.attachments.some((prefix) => mimeType.startsWith(prefix)));
  if (unread) return "cannot take an attachment of this type";
  return cwd !== undefined && !abilities.folder ? "cannot see a folder" : undefined;
}

function candidateOf(brain: Brain, model: string | undefined): Candidate {
  const { credential, problem } = credentialOf(brain);
  return { brain, model, key: { provider: brain.provider, credential, pool: brain.pool(model) }, tries: 0, ticket: undefined, over: problem };
}

/** The credential's name, or what is wrong with it: one brain's wrong settings are no other's. */
export function credentialOf(brain: Brain): { credential: string; problem: string | undefined } {
  try {
    return { credential: brain.credential(), problem: undefined };
  } catch (error) {
    return { credential: "", problem: error instanceof UserError ? error.message : `The credential of ${titleOf(brain.name)} cannot be read` };
  }
}
