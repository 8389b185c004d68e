import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Edit } from "@paios/shared/change";

/** Four files that are changed together: by a link, of 350 kB, new in a new folder, and removed. */
export interface Fixture {
  home: string;
  lock: string;
  edits: Edit[];
}

interface File {
  path: string;
  old: string | undefined;
  fresh: string | undefined;
  mode: number;
}

const line = `    "cachedEntry": "some text of a person's own that nobody may lose",\r\n`;
const large = (marker: string) => `{\r\n${line.repeat(5_000)}    "marker": "${marker}"\r\n}\r\n`;

function filesOf(folder: string): File[] {
  return [
    { path: join(folder, "config.toml"), old: "\uFEFF# mine\r\nmodel = \"x\"\r\n", fresh: "\uFEFF# mine\r\nmodel = \"x\"\r\n\r\n[mcp_servers.kb]\r\n", mode: 0o640 },
    { path: join(folder, "claude.json"), old: large("old"), fresh: large("new"), mode: 0o600 },
    { path: join(folder, "codex/deep/AGENTS.md"), old: undefined, fresh: "# PAIOS\n", mode: 0o644 },
    { path: join(folder, "legacy.json"), old: "{}\n", fresh: undefined, mode: 0o600 },
  ];
}

export function fixture(folder: string): Fixture {
  const edits = filesOf(folder).map(({ path, fresh, mode }) => ({ path, mode, compute: () => fresh }));
  return { home: join(folder, "paios"), lock: join(folder, "claude.json.lock"), edits };
}

/** Writes the old files; the first one stands in another folder, behind a link. */
export function writeOld(folder: string): void {
  mkdirSync(join(folder, "dotfiles"), { recursive: true });
  symlinkSync("dotfiles/codex.toml", join(folder, "config.toml"));
  for (const { path, old, mode } of filesOf(folder)) {
    if (old === undefined) continue;
    writeFileSync(path, old);
    chmodSync(path, mode);
  }
}

/** Which of the two each file is, "old" or "new"; anything else is added to `wrong`. */
export function statesOf(folder: string, wrong: string[], when: string): string[] {
  if (!lstatSync(join(folder, "config.toml")).isSymbolicLink()) wrong.push(`${when}: the link was replaced`);
  return filesOf(folder).map(({ path, old, fresh, mode }) => {
    const text = existsSync(path) ? readFileSync(path, "utf8") : undefined;
    if (text !== old && text !== fresh) wrong.push(`${when}: ${path} is neither old nor new (${text?.length} characters)`);
    if (text !== undefined && (statSync(path).mode & 0o777) !== mode) wrong.push(`${when}: ${path} lost its mode`);
    if (!existsSync(dirname(path)) && text !== undefined) wrong.push(`${when}: ${path} has no folder`);
    return text === old ? "old" : "new";
  });
}
