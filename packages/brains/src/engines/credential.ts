import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@paios/shared/errors";
import type { Environment } from "./environment.ts";
import { objectAt, parseObject, textAt } from "./lines.ts";

/** The credential in use, by the first variable that is set, else by the file of a login: a name that changes with it. */
export function credentialName(environment: Environment, variables: readonly string[], loginFile: string): string {
  for (const name of variables) {
    const value = environment[name];
    if (value) return fingerprint(name, value);
  }
  try {
    return `login@${Math.floor(statSync(loginFile).mtimeMs)}`;
  } catch {
    return "login";
  }
}

/** A profile's name with eight digits that change with its key and do not tell it. */
export function fingerprint(name: string, key: string): string {
  return `${name}#${createHash("sha256").update(key).digest("hex").slice(0, 8)}`;
}

/** The key of a profile in auth-profiles.json, or undefined when no profile is named. Throws UserError("config") when it is not there. */
export function profileKey(home: string, profile: string | undefined): string | undefined {
  if (profile === undefined) return undefined;
  const key = textAt(objectAt(objectAt(readProfiles(join(home, "auth-profiles.json")), "profiles"), profile), "key");
  if (key === "") throw new UserError("config", `There is no key named ${JSON.stringify(profile)} in auth-profiles.json. Store one: ai auth add ${profile}`);
  return key;
}

function readProfiles(path: string): Record<string, unknown> {
  try {
    return parseObject(readFileSync(path, "utf8")) ?? {};
  } catch {
    return {};
  }
}
