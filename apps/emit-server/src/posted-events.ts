import { randomBytes } from "node:crypto";
import { UserError } from "@paios/shared/errors";
import type { TraceEvent } from "@paios/shared/trace";
import * as z from "zod";

/** More than this in one request holds up everybody else. */
const maxEvents = 10_000;
const nameChars = 200;
/** What obs keeps of one event. */
const metadataChars = 32_000;
const namedKeys = 5;

const hexId = (digits: number) => z.string("must be text").regex(new RegExp(`^(?!0+$)[0-9a-f]{${digits}}$`), `must be ${digits} lower-case hex digits, not all zero`);
const name = z.string("must be text").min(1, "must not be empty").max(nameChars, `must be at most ${nameChars} characters`);
const latest = Date.UTC(2200, 0);
const timeRule = "must be epoch milliseconds or an ISO time with its zone";

const postedEvent = z.strictObject(
  {
    traceId: hexId(32).optional(),
    spanId: hexId(16).optional(),
    parentId: hexId(16).optional(),
    time: z.union([z.number().min(0, timeRule).max(latest, timeRule), z.iso.datetime({ offset: true, error: timeRule })], timeRule).optional(),
    category: name,
    action: name,
    service: name,
    status: z.enum(["ok", "error"], 'must be "ok" or "error"').default("ok"),
    durationMs: z.number("must be a number of milliseconds").min(0, "must not be negative").optional(),
    metadata: z
      .record(z.string(), z.unknown(), "must be an object")
      .refine((value) => JSON.stringify(value).length <= metadataChars, `must be at most ${metadataChars} characters as JSON`)
      .default({}),
  },
  "must be an object",
);

/**
 * One posted event or an array of them, in the contract's shape; missing ids and times are made.
 * Throws `UserError` with the place and the rule, and with the names of unknown keys.
 */
export function readPostedEvents(body: unknown, now: number): TraceEvent[] {
  const list: unknown[] = Array.isArray(body) ? body : [body];
  if (list.length > maxEvents) throw new UserError("too_large", `A request takes at most ${maxEvents} events; this one has ${list.length}. Send them in several.`);
  return list.map((each, at) => {
    const parsed = postedEvent.safeParse(each);
    if (!parsed.success) throw new UserError("bad_input", `${list.length > 1 ? `Event ${at}` : "The event"}: ${sentence(parsed.error, each)}. Nothing of this request was stored.`);
    return eventOf(parsed.data, now);
  });
}

function eventOf({ traceId, spanId, parentId, time, durationMs, ...rest }: z.infer<typeof postedEvent>, now: number): TraceEvent {
  return {
    traceId: traceId ?? randomBytes(16).toString("hex"),
    spanId: spanId ?? randomBytes(8).toString("hex"),
    ...(parentId && { parentId }),
    time: typeof time === "string" ? Date.parse(time) : (time ?? now),
    ...(durationMs !== undefined && { durationMs }),
    ...rest,
  };
}

function sentence({ issues }: z.ZodError, given: unknown): string {
  const unknown = issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
  if (unknown.length > 0) return `unknown ${unknown.length > 1 ? "keys" : "key"} ${unknown.slice(0, namedKeys).map(printable).join(", ")}; put what is yours under "metadata"`;
  const [first] = issues;
  const field = first?.path[0];
  if (typeof field !== "string") return first?.message ?? "is not understood";
  const isMissing = typeof given === "object" && given !== null && !Object.hasOwn(given, field);
  return `${field} ${isMissing ? "is missing" : first?.message}`;
}

/** A sender's own key, without what could be more than a key. */
function printable(key: string): string {
  return `"${key.slice(0, 40).replace(/[^\w.-]/g, "?")}"`;
}
