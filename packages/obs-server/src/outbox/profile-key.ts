import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@paios/shared/errors";

/** The key of a profile in `<home>/auth-profiles.json`; throws `UserError("config")` when there is none. */
export function profileKey(home: string, profile: string): string {
  const file = join(home, "auth-profiles.json");
  let parsed: { profiles?: Record<string, { key?: unknown } | undefined> } | undefined;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8")) as typeof parsed;
  } catch (error) {
    throw new UserError("config", `${file} cannot be read or is not JSON. Correct it.`, { cause: error });
  }
  const key = parsed?.profiles?.[profile]?.key;
  if (typeof key !== "string") throw new UserError("config", `${file} has no key in profile "${profile}". Add it.`);
  return key;
}
