import type { Caller } from "@paios/shared/tool";
import type { Trust } from "./store/prepare.ts";

/** Which brain or person something comes from, by how the caller introduced itself. */
export function originOf({ client, way }: Caller): string {
  if (way === "person") return "person";
  const known = [/claude/i, /codex/i, /openclaw/i].find((pattern) => pattern.test(client));
  return known ? known.source : client.toLowerCase().replace(/[^a-z0-9._-]+/g, "-").slice(0, 40) || "unknown";
}

const order: readonly Trust[] = ["external", "agent", "person"];

/** What the way in allows, or less if that is claimed. A claim never raises it. */
export function trustOf({ way }: Caller, claimed: Trust | undefined): Trust {
  return lower(way === "person" ? "person" : "agent", claimed);
}

export function lower(a: Trust, b: Trust | undefined): Trust {
  return b !== undefined && order.indexOf(b) < order.indexOf(a) ? b : a;
}

/** The CLI's own session id, when it sends one. */
export function sessionOf({ meta }: Caller): string | undefined {
  const id = meta["sessionId"] ?? meta["threadId"];
  return typeof id === "string" ? id.slice(0, 200) : undefined;
}
