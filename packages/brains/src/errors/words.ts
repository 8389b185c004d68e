import type { FailureKind } from "../failure.ts";

/** What a person is told of a failure: the fact and the next step, in our own words only. */
export function explain(kind: FailureKind, who: string): string {
  switch (kind) {
    case "transient":
      return `${who} could not answer just now (busy, a rate limit, or the network). It is worth trying again soon.`;
    case "billing":
      return `${who} refused: its account has no credit left. Add credit with the provider, or choose another brain.`;
    case "limit":
      return `${who} refused: the usage limit of its plan is reached. Wait until it resets, or choose another brain.`;
    case "auth":
      return `${who} refused the credential. Log in again, or store a new key with ai auth add.`;
    case "request":
      return `${who} refused this request itself: too long, not allowed, or a model it does not have. Change the task or the model.`;
    case "unavailable":
      return `${who} is not installed or not configured. See ai doctor, and the section "brains" of paios.json.`;
    case "unknown":
      return `${who} failed in a way PAIOS does not know. Try again, or choose another brain; ai doctor may tell more.`;
  }
}
