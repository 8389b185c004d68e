import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "@paios/shared/config";
import { obsConfig } from "../config.ts";
import { type Check, type Outcome, summarised } from "./check.ts";
import { emitAddress } from "./emit-server.ts";

/** The settings and credentials files: they parse and fit. */
export const configCheck: Check = { name: "config", kind: "resource", everyMs: 15_000, timeoutMs: 5_000, probe: ({ obs }) => probeConfig(obs.home) };

export function probeConfig(home: string): Outcome {
  const settings = [...new Set([...readConfig(home, "obs", obsConfig).problems, ...readConfig(home, "emit", emitAddress).problems].map((problem) => problem.replace(`${home}/`, "")))];
  const parts = [
    ...(settings.length > 0 ? [{ name: "paios.json", status: "fail" as const, detail: `${settings.slice(0, 3).join(" ")}. Correct the file.`.slice(0, 400) }] : []),
    ...credentialFaults(home),
  ];
  return summarised(parts, "paios.json and auth-profiles.json can be read.");
}

/** Nothing of the file's content is repeated: a parser's own message quotes it. */
function credentialFaults(home: string): { name: string; status: "fail"; detail: string }[] {
  const path = join(home, "auth-profiles.json");
  if (!existsSync(path)) return [];
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (isObject(value) && (value["profiles"] === undefined || (isObject(value["profiles"]) && Object.values(value["profiles"]).every(isObject)))) return [];
    return [{ name: "auth-profiles.json", status: "fail", detail: 'It must be {"profiles": {"name": {…}}}. Correct the file.' }];
  } catch {
    return [{ name: "auth-profiles.json", status: "fail", detail: "It is not JSON or cannot be read. Correct the file or enter the credentials again." }];
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
