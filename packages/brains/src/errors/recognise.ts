import { errorCode } from "@paios/shared/errors";
import { BrainFailure, type FailureFacts, type FailureKind } from "../failure.ts";
import { kindOfStatus, rules } from "./table.ts";
import { explain } from "./words.ts";
import { fromEpoch, fromRetryAfter, timeInText } from "./when.ts";

/** What is known of a failed call. Never the task, never what the model said. */
export interface FailedCall {
  /** The brain, as a person calls it: "Claude". */
  who: string;
  now: number;
  status?: number | undefined;
  retryAfter?: string | null | undefined;
  /** The error as the provider sent it, parsed: `{error: {…}}`, `{type: "error", …}`, or a list of one. */
  body?: unknown;
  /** Codes known from elsewhere, such as Codex's `codexErrorInfo`. */
  codes?: readonly string[] | undefined;
  /** The last error line of a program that failed, or the error text of a result that is marked as one. */
  line?: string | undefined;
  retryAt?: number | undefined;
  facts?: FailureFacts | undefined;
  cause?: unknown;
}

interface Evidence {
  status: number | undefined;
  codes: string[];
  /** Messages of structured errors. */
  messages: string[];
  /** A program's own line, without what it puts before. */
  line: string;
  retryAt: number | undefined;
}

const longLimitMs = 15 * 60_000;
const maxChars = 4_000;

/** The failure of a call, by one table of documented errors; `message` is in our words, the provider's stay in `cause`. */
export function recognise(call: FailedCall): BrainFailure {
  const evidence = gather(call);
  const found = kindOf(evidence);
  // A rate limit that lasts is a used-up allowance: trying again soon is no use.
  const retryAt = evidence.retryAt;
  const kind = found === "transient" && evidence.status === 429 && retryAt !== undefined && retryAt - call.now > longLimitMs ? "limit" : found;
  const { status } = evidence;
  const facts = { ...call.facts, ...(status !== undefined && { status }), ...(retryAt !== undefined && { retryAt }) };
  return new BrainFailure(kind, explain(kind, call.who), facts, { cause: call.cause ?? new Error([...evidence.messages, evidence.line].filter(Boolean).join("; ").slice(0, maxChars)) });
}

/** A call that never got an answer: the network, a time-out, or a defect of ours. */
export function recogniseThrown(error: unknown, who: string, facts: FailureFacts = {}): BrainFailure {
  if (error instanceof BrainFailure) return error;
  const kind: FailureKind = isNetworkFault(error) ? "transient" : "unknown";
  return new BrainFailure(kind, explain(kind, who), facts, { cause: error });
}

function isNetworkFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = errorCode(error);
  if (/^(?:ECONN(?:RESET|REFUSED|ABORTED)|ETIMEDOUT|EPIPE|EAI_AGAIN|ENOTFOUND|ENETUNREACH|EHOSTUNREACH|UND_ERR_[A-Z_]+)$/.test(code)) return true;
  return error.name === "TimeoutError" || error.message === "terminated" || isNetworkFault(error.cause);
}

function kindOf({ status, codes, messages, line }: Evidence): FailureKind {
  const lineSaid = plain(line);
  const said = [lineSaid, ...messages.map(plain)];
  // A text is more exact than a code: Anthropic says "invalid_request_error" for an empty account.
  for (const { kind, texts = [], inside = [] } of rules) {
    if (texts.some((text) => said.some((message) => message.startsWith(text))) || inside.some((text) => lineSaid.includes(text))) return kind;
  }
  for (const { kind, codes: known = [] } of rules) if (known.some((code) => codes.includes(code))) return kind;
  return status === undefined ? "unknown" : kindOfStatus(status);
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll("’", "'");
}

function gather({ status, retryAfter, body, codes = [], line = "", retryAt, now }: FailedCall): Evidence {
  const own = splitLine(line.slice(0, maxChars));
  const errors = [body, own.body].flatMap(errorObjects);
  const messages = errors.flatMap((error) => strings(error, ["message"])).map((message) => splitLine(message.slice(0, maxChars)).text);
  const inBody = errors.flatMap((error) => [...strings(error, ["type", "code", "status", "reason"]), ...details(error).flatMap((detail) => strings(detail, ["reason"])), ...(isDaily(error) ? ["DAILY_LIMIT_EXCEEDED"] : [])]);
  const seconds = errors.flatMap((error) => details(error).flatMap((detail) => strings(detail, ["retryDelay"]))).map((delay) => fromRetryAfter(delay.replace(/s$/, ""), now));
  const epochs = errors.map((error) => fromEpoch(property(error, "resets_at"), now));
  const said = [...messages, own.text].map((text) => timeInText(text, now));
  const piped = /\|(\d{10})\b/.exec(own.text)?.[1];
  const times = [retryAt, ...epochs, ...seconds, fromRetryAfter(retryAfter, now), piped === undefined ? undefined : fromEpoch(Number(piped), now), ...said];
  const numeric = errors.map((error) => property(error, "code")).find((code) => typeof code === "number");
  return { status: status ?? own.status ?? (typeof numeric === "number" && numeric >= 400 ? numeric : undefined), codes: [...codes, ...inBody], messages, line: own.text, retryAt: times.find((time) => time !== undefined) };
}

/** A program's line without what it puts before the message: "API Error: 429 {…}", "unexpected status 402 Payment Required: …". */
function splitLine(line: string): { text: string; status?: number; body?: unknown } {
  let text = line.trim();
  let status: number | undefined;
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replace(/^(?:(?:api|codex|claude)? ?error|fatal|stream error|last status)(?: \(\d{3}\))?: ?/i, "");
    const numbered = /^(?:unexpected status |http |status )?([45]\d\d)(?:(?: [a-z][a-z' -]{2,40})?(?:: ?|$)| (?=\{))/i.exec(text);
    if (numbered) {
      status ??= Number(numbered[1]);
      text = text.slice(numbered[0].length);
    }
  }
  const open = text.indexOf("{");
  const body = open >= 0 && open < 200 ? parse(text.slice(open, text.lastIndexOf("}") + 1)) : undefined;
  return { text, ...(status !== undefined && { status }), ...(body !== undefined && { body }) };
}

/** The error objects in a body, outermost last; OpenRouter has the provider's own inside `metadata.raw`. */
function errorObjects(body: unknown): object[] {
  if (Array.isArray(body)) return body.slice(0, 3).flatMap(errorObjects);
  if (typeof body !== "object" || body === null) return [];
  const inner = property(body, "error") ?? property(body, "response");
  const raw = property(property(body, "metadata"), "raw");
  if (typeof inner === "object" && inner !== null) return [...errorObjects(inner)];
  return [...(typeof raw === "string" ? errorObjects(parse(raw)) : []), body, ...(typeof inner === "string" ? [{ message: inner }] : [])];
}

function details(error: object): unknown[] {
  const list = property(error, "details");
  return Array.isArray(list) ? list.slice(0, 20) : [];
}

/** Google names the quota that is used up; a daily one does not come back in seconds. */
function isDaily(error: object): boolean {
  return details(error).some((detail) => {
    const violations = property(detail, "violations");
    return Array.isArray(violations) && violations.some((violation) => strings(violation, ["quotaId"]).some((id) => id.includes("PerDay")));
  });
}

function strings(value: unknown, names: readonly string[]): string[] {
  return names.map((name) => property(value, name)).filter((each) => typeof each === "string");
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
