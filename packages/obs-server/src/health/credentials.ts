import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Obs } from "../obs.ts";
import { type Check, type Outcome, plainName, summarised } from "./check.ts";

const dayMs = 86_400_000;
const soonDays = 7;

/** The credentials file: only its owner can read it, and no profile in it is about to expire. Values are never shown. */
export function credentialChecks({ home }: Obs): Check[] {
  const path = join(home, "auth-profiles.json");
  if (!existsSync(path)) return [];
  return [{ name: "credentials", kind: "credential", everyMs: 60_000, timeoutMs: 5_000, probe: ({ now }) => probe(path, now) }];
}

function probe(path: string, now: number): Outcome {
  const profiles = readProfiles(path);
  if (!profiles) return { status: "fail", detail: "auth-profiles.json cannot be read or is not what it must be.", parts: [] };
  const mode = statSync(path).mode & 0o777;
  const open = (mode & 0o077) === 0 ? [] : [{ name: "auth-profiles.json", status: "fail" as const, detail: `Others can read it (mode ${mode.toString(8)}). Run chmod 600 on it.` }];
  const expiring = Object.entries(profiles).flatMap(([name, profile]) => {
    const finding = expiry(profile, now);
    return finding ? [{ name: plainName(name), ...finding }] : [];
  });
  return summarised([...open, ...expiring], `${Object.keys(profiles).length} profiles, none expires within ${soonDays} days.`);
}

function readProfiles(path: string): Record<string, unknown> | undefined {
  try {
    const parsed = JSON.parse(readFileSync(path, "utf8")) as { profiles?: unknown } | null;
    const profiles = parsed?.profiles ?? {};
    return parsed && typeof profiles === "object" ? (profiles as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function expiry(profile: unknown, now: number): { status: "warn" | "fail"; detail: string } | undefined {
  const at = typeof profile === "object" && profile !== null && "expires" in profile ? expiresMs(profile.expires) : undefined;
  if (at === undefined) return undefined;
  if (Number.isNaN(at)) return { status: "warn", detail: "Its time of expiry cannot be read." };
  if (at <= now) return { status: "fail", detail: "It has expired. Sign in again." };
  const days = (at - now) / dayMs;
  return days < soonDays ? { status: "warn", detail: `It expires in ${days < 1 ? "less than a day" : `${Math.floor(days)} days`}. Sign in again before.` } : undefined;
}

function expiresMs(expires: unknown): number | undefined {
  if (expires === undefined || expires === null) return undefined;
  if (typeof expires === "number") return expires;
  return typeof expires === "string" ? Date.parse(expires) : Number.NaN;
}
