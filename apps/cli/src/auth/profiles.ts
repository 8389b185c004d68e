import { chmodSync, statSync } from "node:fs";
import { join } from "node:path";
import { applyChanges, type Edit, planChanges } from "@paios/shared/change";
import { UserError } from "@paios/shared/errors";

/** One credential as it is stored; more fields that others wrote stay. */
interface Profile {
  key: string;
  provider?: string;
  /** ISO date or time. */
  expires?: string;
}

/** What may be shown of a credential: never its value. */
export interface ShownProfile {
  name: string;
  provider?: string;
  expires?: string;
  characters: number;
}

const attempts = 10;

type Stored = { profiles: Record<string, Profile> } & Record<string, unknown>;

export function profilesPath(home: string): string {
  return join(home, "auth-profiles.json");
}

/** The names and facts of all credentials. Throws UserError("config") for a file that is not right. */
export function listProfiles(home: string): ShownProfile[] {
  let shown: ShownProfile[] = [];
  planChanges([
    {
      path: profilesPath(home),
      compute: (text) => {
        shown = Object.entries(parse(home, text).profiles).map(([name, { key, provider, expires }]) => ({ name, ...(typeof provider === "string" && { provider }), ...(typeof expires === "string" && { expires }), characters: String(key ?? "").length }));
        return text;
      },
    },
  ]);
  return shown.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Stores a credential under a name, in place of a former one. Returns whether there was one, and the backup with it. */
export async function storeProfile(home: string, name: string, profile: Profile): Promise<{ replaced: boolean; backup: string | undefined }> {
  if (!/^[\w.:@-]{1,100}$/.test(name)) throw new UserError("bad_input", "A name has 1 to 100 letters, digits and . : @ _ -");
  if (profile.key === "") throw new UserError("bad_input", "Nothing was entered, so nothing was stored.");
  if (/\p{Cc}/u.test(profile.key)) throw new UserError("bad_input", "The key holds a line break or control character. Paste it once more, as one line.");
  if (profile.expires !== undefined && Number.isNaN(Date.parse(profile.expires))) throw new UserError("bad_input", "--expires takes a date such as 2027-01-31.");
  let replaced = false;
  const backup = await change(home, (stored) => {
    replaced = Object.hasOwn(stored.profiles, name);
    return { ...stored, profiles: { ...stored.profiles, [name]: { ...stored.profiles[name], ...profile } } };
  });
  return { replaced, backup };
}

/** Throws UserError("not_found") for a name that is not there. */
export async function removeProfile(home: string, name: string): Promise<{ backup: string | undefined }> {
  const backup = await change(home, (stored) => {
    if (!Object.hasOwn(stored.profiles, name)) throw new UserError("not_found", `There is no credential "${name}". \`ai auth\` lists them.`);
    const { [name]: _gone, ...profiles } = stored.profiles;
    return { ...stored, profiles };
  });
  return { backup };
}

async function change(home: string, work: (stored: Stored) => Stored): Promise<string | undefined> {
  const edit: Edit = { path: profilesPath(home), mode: 0o600, compute: (text) => `${JSON.stringify(work(parse(home, text)), null, 2)}\n` };
  // First, because a new text takes on the permissions of the file that is there.
  if (statSync(profilesPath(home), { throwIfNoEntry: false })) chmodSync(profilesPath(home), 0o600);
  for (let attempt = 1; ; attempt++) {
    const planned = planChanges([edit]);
    try {
      return (await applyChanges(home, planned, { what: "auth" })).backup;
    } catch (error) {
      // Another process stored one meanwhile: once more, on top of it.
      if (!(error instanceof UserError && error.code === "config") || attempt === attempts) throw error;
    }
  }
}

/** Nothing of the text is repeated in an error. */
function parse(home: string, text: string | undefined): Stored {
  const wrong = `${profilesPath(home)} is not {"profiles": {"name": {"key": …}}}. Correct it, or move it away and enter the credentials again.`;
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? "{}");
  } catch {
    throw new UserError("config", wrong);
  }
  if (!isObject(stored)) throw new UserError("config", wrong);
  const profiles = stored["profiles"] ?? {};
  if (!isObject(profiles) || !Object.values(profiles).every(isObject)) throw new UserError("config", wrong);
  return { ...stored, profiles: profiles as Stored["profiles"] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
