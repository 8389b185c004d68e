import { readFileSync } from "node:fs";
import { join } from "node:path";
import { neutralise } from "@paios/shared/external";
import { defineJob, type JobContext } from "../job.ts";
import { say } from "../say.ts";
import { codexExpiry, renewCodex } from "./codex-sign-in.ts";

const dayMs = 86_400_000;
const nameChars = 80;

interface Ending {
  name: string;
  at: number;
  next: string;
}

export default defineJob({
  name: "credential-expiry",
  about: "Says a week ahead which sign-ins and keys end, and has Codex renew its own.",
  tier: "daily",
  schedule: "0 9 * * *",
  catchUp: "once",
  timeoutMs: 120_000,
  retries: 2,
  run: async (context) => {
    const { config, now } = context;
    const soonMs = config.credentialDays * dayMs;
    const codex = await codexEnding(context, soonMs);
    const ending = [...(codex ? [codex] : []), ...profilesEnding(context.home)].filter(({ at }) => at - now() < soonMs);
    if (ending.length > 0) await say(context, endingMessages(ending, now()));
    return ending.length === 0 ? `None ends within ${config.credentialDays} days.` : `${ending.length} end within ${config.credentialDays} days; said so.`;
  },
});

/** Codex renews when it runs; on a machine where nobody runs it, it is asked to. */
async function codexEnding({ environment, config, signal, now }: JobContext, soonMs: number): Promise<Ending | undefined> {
  let at = codexExpiry(environment);
  if (typeof at === "number" && at - now() < soonMs && config.renewCodex) {
    await renewCodex(environment, signal);
    signal.throwIfAborted();
    at = codexExpiry(environment);
  }
  return typeof at === "number" ? { name: "Codex's sign-in", at, next: "Run `codex login`." } : undefined;
}

function profilesEnding(home: string): Ending[] {
  let profiles: Record<string, { expires?: unknown } | null>;
  try {
    profiles = (JSON.parse(readFileSync(join(home, "auth-profiles.json"), "utf8")) as { profiles?: typeof profiles }).profiles ?? {};
  } catch {
    // obs looks after a file that is not what it must be.
    return [];
  }
  return Object.entries(profiles).flatMap(([name, profile]) => {
    const expires = profile?.expires;
    const at = typeof expires === "string" ? Date.parse(expires) : Number(expires ?? Number.NaN);
    return Number.isNaN(at) ? [] : [{ name: `The profile ${neutralise(name).slice(0, nameChars)}`, at, next: "Sign in again, or enter a new key: `ai auth add`." }];
  });
}

/** Each ending is said a week ahead, on its last day, and when it is over; not each day. */
function endingMessages(ending: readonly Ending[], now: number) {
  return ending.map(({ name, at, next }) => {
    const left = at - now;
    const stage = left <= 0 ? "over" : left < dayMs ? "last-day" : "soon";
    const when = { over: "has expired", "last-day": "expires within a day", soon: `expires in ${Math.floor(left / dayMs)} days` }[stage];
    return { thread: `credential:${name}:${new Date(at).toISOString()}:${stage}`, title: `${name} ${when}`, body: next, severity: stage === "soon" ? ("info" as const) : ("warning" as const) };
  });
}
