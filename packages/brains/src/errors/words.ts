import type { FailureKind } from "../failure.ts";

const said: Record<FailureKind, string> = {
  transient: "could not answer just now (busy, a rate limit, or the network). It is worth trying again soon.",
  billing: "refused: its account has no credit left. Add credit with the provider, or choose another brain.",
  limit: "refused: the usage limit of its plan is reached. Wait until it resets, or choose another brain.",
  auth: "refused the credential. Log in again, or store a new key with ai auth add.",
  request: "refused this request itself: too long, not allowed, or a model it does not have. Change the task or the model.",
  unavailable: 'is not installed or not configured. See ai doctor, and the section "brains" of paios.json.',
  unknown: "failed in a way PAIOS does not know. Try again, or choose another brain; ai doctor may tell more.",
};

/** What a person is told of a failure: the fact and the next step, in our own words only. */
export function explain(kind: FailureKind, who: string): string {
  return `${who} ${said[kind]}`;
}
