import { numberOf, type Plain, plainAttributes } from "./attributes.ts";
import { createHash, randomBytes } from "node:crypto";
import type { Resource } from "./types.ts";

const nameChars = 200;

/** Whose telemetry it is: the two clients we know, or another program by its own name. */
export interface Origin {
  client: "claude-code" | "codex" | undefined;
  service: string;
}

export function originOf(resource: Resource | undefined): Origin {
  const name = String(plainAttributes(resource?.attributes).get("service.name") ?? "");
  if (name.startsWith("claude")) return { client: "claude-code", service: "claude-code" };
  if (name.startsWith("codex")) return { client: "codex", service: "codex" };
  return { client: undefined, service: name.slice(0, nameChars) || "unknown_service" };
}

/** The id when it is one of so many hex digits and not zero, which OTLP sends for "none". */
export function validId(id: string | undefined, digits: 16 | 32): string | undefined {
  return id?.length === digits && !/^0+$/.test(id) ? id : undefined;
}

/** One trace for everything of a session that came without a trace of its own. */
export function sessionTrace(attributes: ReadonlyMap<string, Plain>): string | undefined {
  const session = attributes.get("session.id") ?? attributes.get("gen_ai.conversation.id");
  return session === undefined ? undefined : createHash("sha256").update(`session:${session}`).digest("hex").slice(0, 32);
}

export function newTraceId(): string {
  return randomBytes(16).toString("hex");
}

export function newSpanId(): string {
  return randomBytes(8).toString("hex");
}

/** Epoch ms of the first time that is set. */
export function millisecondsOf(...nanos: (bigint | undefined)[]): number | undefined {
  const set = nanos.find((each) => each !== undefined && each > 0n);
  return set === undefined ? undefined : Number(set / 1_000n) / 1_000;
}

/** Whether a record says itself that something failed. */
export function saysFailed(attributes: ReadonlyMap<string, Plain>): boolean {
  const success = attributes.get("success");
  return success === false || success === "false" || attributes.has("error.type") || (numberOf(attributes.get("http.response.status_code")) ?? 0) >= 400;
}
