import type { HookInput } from "./input.ts";
import { whyIncomplete } from "./stop/reasons.ts";
import { lastTurn } from "./stop/turn.ts";

/** Why the answer that a session ends with is plainly not complete; undefined when nothing says so. */
export function incomplete(input: HookInput): { name: string; missing: string } | undefined {
  return whyIncomplete(lastTurn(input));
}
