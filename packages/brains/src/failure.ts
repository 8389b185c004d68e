/**
 * Why a brain did not answer. `transient` may work again soon; `billing` and `limit` not before `retryAt`; `auth` not
 * before the credential changes; `request` is about this task and says nothing of the brain; `unavailable` means not
 * installed or not configured; `unknown` is none of these.
 */
export type FailureKind = "transient" | "billing" | "limit" | "auth" | "request" | "unavailable" | "unknown";

export interface FailureFacts {
  /** HTTP status, where there was one. */
  status?: number | undefined;
  /** Epoch ms: not before. */
  retryAt?: number | undefined;
  /** The next way of the same brain may be tried: this one could not begin. */
  otherWay?: boolean;
}

/** `message` is in our own words, with the next step; what the provider wrote is only in `cause`. */
export class BrainFailure extends Error {
  override readonly name = "BrainFailure";
  readonly kind: FailureKind;
  readonly facts: FailureFacts;

  constructor(kind: FailureKind, message: string, facts: FailureFacts = {}, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.facts = facts;
  }
}
