import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "@paios/shared/errors";
import { settingsProblems } from "./capabilities.ts";
import type { Finding } from "./finding.ts";

/** paios.json and auth-profiles.json: right, and the latter only its owner's. */
export function fileFindings(home: string): Finding[] {
  const problems = settingsProblems(home);
  const settings: Finding[] = problems.length > 0 ? problems.map((detail) => ({ check: "settings", status: "fail", detail: `${detail}.`, fix: "Correct that line" })) : [{ check: "settings", status: "ok", detail: "paios.json is right, or not there." }];
  return [...settings, credentials(join(home, "auth-profiles.json"))];
}

/** Nothing of its content is repeated. */
function credentials(path: string): Finding {
  const check = "credentials";
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return { check, status: "ok", detail: "None stored. `ai auth add NAME` stores one." };
  try {
    const { profiles = {} } = JSON.parse(readFileSync(path, "utf8")) as { profiles?: object };
    if ((mode & 0o077) !== 0) return { check, status: "fail", detail: `Others can read ${path} (mode ${(mode & 0o777).toString(8)}).`, fix: "--fix makes it yours alone", repair: () => chmodSync(path, 0o600) };
    return { check, status: "ok", detail: `${Object.keys(profiles).length} stored, readable by you alone.` };
  } catch (error) {
    return { check, status: "fail", detail: `${path} cannot be read or is not JSON${errorCode(error) ? ` (${errorCode(error)})` : ""}.`, fix: "ai rollback puts the former one back; or correct the file" };
  }
}
