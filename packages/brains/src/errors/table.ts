import type { FailureKind } from "../failure.ts";

/** One line: it holds when one of its codes was given, or the message has one of its texts. */
export interface Rule {
  kind: FailureKind;
  /** Values of `type`, `code`, `status` or `reason` in a structured error. */
  codes?: readonly string[];
  /** Lower case, how the message of a structured error or a program's last error line begins. */
  texts?: readonly string[];
  /** Texts that may stand later in a program's line, since something that varies comes first. Messages are not searched: they may quote. */
  inside?: readonly string[];
}

/** Every documented error that a status alone would put wrong; the first that holds decides. */
export const rules: readonly Rule[] = [
  {
    kind: "billing",
    codes: ["insufficient_quota", "billing_error", "billing_hard_limit_reached", "billing_not_active", "access_terminated", "credits_required", "BILLING_DISABLED", "insufficient_credits"],
    texts: [
      "your credit balance is too low",
      "credit balance is too low",
      "you're out of usage credits",
      "you're out of extra usage",
      "api key has run out of credits",
      "your api key has run out of credits",
      "insufficient credits",
      "insufficient balance",
      "api key budget limit exceeded",
      "key limit exceeded",
      "gemini api free tier is not available",
      "quota exceeded. check your plan and billing details",
      "your workspace is out of credits",
    ],
    inside: ["has run out of credits or has an insufficient balance", "you exceeded your current quota, please check your plan and billing details"],
  },
  {
    kind: "limit",
    codes: ["usage_limit_reached", "usageLimitExceeded", "sessionBudgetExceeded", "QUOTA_EXHAUSTED", "DAILY_LIMIT_EXCEEDED"],
    texts: [
      "you have reached your specified api usage limits",
      "you've hit your limit",
      "you've hit your session limit",
      "you've hit your weekly limit",
      "you've hit your usage limit",
      "you've reached your weekly limit",
      "you've reached your usage limit",
      "claude usage limit reached",
      "claude ai usage limit reached",
      "you've hit your org's monthly usage limit",
      "you have exhausted your capacity on this model",
      "you have exhausted your daily quota",
    ],
  },
  {
    kind: "auth",
    codes: [
      "authentication_error", "authentication_failed", "permission_error", "invalid_api_key", "invalid_issuer", "expired_api_key", "incorrect_api_key", "oauth_org_not_allowed", "account_on_hold",
      "account_deactivated", "verification_required", "unauthorized", "UNAUTHENTICATED", "PERMISSION_DENIED", "API_KEY_INVALID", "API_KEY_SERVICE_BLOCKED", "IneligibleTierError", "INELIGIBLE_TIER", "cloud_credential_error", "refresh_token_reused", "token_expired",
    ],
    texts: [
      "not logged in",
      "invalid api key",
      "incorrect api key provided",
      "api key not valid",
      "oauth token has expired",
      "oauth token revoked",
      "ineligibletiererror",
      "your organization has disabled claude subscription access",
      "your access token could not be refreshed",
      "missing environment variable",
      "failed to authenticate",
      "no api key",
    ],
    inside: ["please run /login", "run codex login"],
  },
  {
    kind: "request",
    codes: ["invalid_request", "invalid_request_error", "request_too_large", "context_length_exceeded", "contextWindowExceeded", "model_not_found", "modelNotFound", "not_found_error", "badRequest", "INVALID_ARGUMENT", "FAILED_PRECONDITION", "invalid_prompt", "content_policy_violation", "cyberPolicy", "max_output_tokens"],
    texts: ["prompt is too long", "input is too long", "request too large", "input exceeds the maximum length"],
  },
  {
    kind: "transient",
    codes: ["rate_limit_error", "rate_limit", "rate_limit_exceeded", "rateLimitExceeded", "overloaded_error", "overloaded", "serverOverloaded", "api_error", "timeout_error", "server_error", "internalServerError", "server_is_overloaded", "slow_down", "RESOURCE_EXHAUSTED", "UNAVAILABLE", "INTERNAL", "DEADLINE_EXCEEDED", "ABORTED"],
    texts: ["overloaded", "stream disconnected before completion", "connection error", "request timed out", "unable to connect", "exceeded retry limit", "we're currently experiencing high demand", "fetch failed", "connection closed"],
    inside: ["connection error.", "error sending request for url"],
  },
];

/** What a status alone says. */
export function kindOfStatus(status: number): FailureKind {
  if (status === 402) return "billing";
  if (status === 401 || status === 403 || status === 407) return "auth";
  if ([408, 409, 425, 429].includes(status) || status >= 500) return "transient";
  return status >= 400 ? "request" : "unknown";
}
