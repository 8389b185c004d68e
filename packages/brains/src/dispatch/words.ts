import type { BrainName } from "../brain.ts";
import type { BlockKind } from "./breaker-rules.ts";

const titles: Record<BrainName, string> = { claude: "Claude", codex: "Codex", gemini: "Gemini", gateway: "The Gateway", local: "The local brain" };

export function titleOf(brain: BrainName): string {
  return titles[brain];
}

/** Why a brain with an open breaker is not asked, and when it is back. */
export function whyBlocked(brain: BrainName, { kind, until, probing }: { kind: BlockKind; until: number | undefined; probing: boolean }, now: number): string {
  if (probing) return `${titles[brain]} is being tried again right now`;
  const when = until === undefined ? "later" : momentOf(until, now);
  const reasons: Record<BlockKind, string> = {
    transient: `does not answer at present and is tried again ${when}`,
    billing: `has no credit left and is tried again ${when}`,
    limit: `has used up its limit and is back ${when}`,
    auth: "needs a new login or key",
  };
  return `${titles[brain]} ${reasons[kind]}`;
}

/** "at 15:00 (in 42 min)", with the date unless it is today. */
function momentOf(time: number, now: number): string {
  const [date, sameDate] = [new Date(time), new Date(now)];
  const two = (part: number) => String(part).padStart(2, "0");
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  const today = date.toDateString() === sameDate.toDateString();
  const day = today ? "" : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} `;
  return `at ${day}${clock} (in ${lengthOf(time - now)})`;
}

function lengthOf(ms: number): string {
  if (ms < 90_000) return `${Math.max(1, Math.ceil(ms / 1_000))} s`;
  if (ms < 5_400_000) return `${Math.ceil(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${Math.ceil(ms / 3_600_000)} h` : `${Math.ceil(ms / 86_400_000)} days`;
}

/** Facts as one sentence each. */
export function sentences(facts: readonly string[]): string {
  return facts.map((fact) => (/[.!?]$/.test(fact) ? fact : `${fact}.`)).join(" ");
}
