import { chmodSync, statSync } from "node:fs";
import { UserError } from "@paios/shared/errors";
import { listProfiles, profilesPath } from "../auth/profiles.ts";
import { settingsProblems } from "./capabilities.ts";
import type { Finding } from "./finding.ts";

/** paios.json and auth-profiles.json: right, and the latter only its owner's. */
export function fileFindings(home: string): Finding[] {
  const problems = settingsProblems(home);
  const settings: Finding[] = problems.length > 0 ? problems.map((detail) => ({ check: "settings", status: "fail", detail: `${detail}.`, fix: "Correct that line" })) : [{ check: "settings", status: "ok", detail: "paios.json is right, or not there." }];
  return [...settings, credentials(home)];
}

/** Nothing of its content is repeated. */
function credentials(home: string): Finding {
  const check = "credentials";
  const path = profilesPath(home);
  try {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode;
    if (mode === undefined) return { check, status: "ok", detail: "None stored. `ai auth add NAME` stores one." };
    if ((mode & 0o077) !== 0) return { check, status: "fail", detail: `Others can read ${path} (mode ${(mode & 0o777).toString(8)}).`, fix: "--fix makes it yours alone", repair: () => chmodSync(path, 0o600) };
    return { check, status: "ok", detail: `${listProfiles(home).length} stored, readable by you alone.` };
  } catch (error) {
    return { check, status: "fail", detail: error instanceof UserError ? error.message : `${path} cannot be read.`, fix: "ai rollback puts the former one back; or correct the file" };
  }
}
