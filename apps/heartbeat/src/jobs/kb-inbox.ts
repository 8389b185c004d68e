import { mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { neutralise } from "@paios/shared/external";
import { defineJob } from "../job.ts";
import { say } from "../say.ts";

const nameChars = 120;
const toldFiles = 10;

/** A file as it was when it could not be taken in: it is not tried again before it changes. */
type Refused = Record<string, string>;

export default defineJob({
  name: "kb-inbox",
  about: "Takes into the knowledge base what lies in the inbox, a folder in the home; a folder in it is a project.",
  tier: "frequent",
  schedule: "every 5m",
  catchUp: "once",
  timeoutMs: 30 * 60_000,
  retries: 1,
  run: async (context) => {
    const { home, signal, memory, now } = context;
    const inbox = join(home, "inbox");
    mkdirSync(inbox, { recursive: true, mode: 0o700 });
    const parts = partsOf(inbox);
    if (parts.length === 0) return `Nothing lies in ${inbox}.`;
    const { closeKb, importPaths, openKb } = await import("@paios/kb-server");
    const before = JSON.parse(memory.get("refused") ?? "{}") as Refused;
    const refused: Refused = {};
    const said: { path: string; reason: string }[] = [];
    let [files, taken] = [0, 0];
    const kb = openKb(home);
    try {
      for (const { project, paths } of parts) {
        const leaveOut = ({ path, bytes, modifiedMs }: { path: string; bytes: number; modifiedMs: number }) => {
          const same = before[path] === `${bytes}@${modifiedMs}`;
          if (same) refused[path] = before[path] ?? "";
          return same;
        };
        // What is put here may come from anywhere, so it is read as other people's words.
        const outcome = await importPaths(kb, paths, { project, trust: "external", leaveOut, signal, progress: () => {}, now });
        files += outcome.files;
        taken += outcome.added + outcome.updated;
        for (const { path, bytes, modifiedMs, reason } of outcome.skipped) {
          refused[path] = `${bytes}@${modifiedMs}`;
          said.push({ path, reason });
        }
      }
    } finally {
      await closeKb(kb);
    }
    if (said.length > 0) await say(context, [messageOf(said, context.key)]);
    memory.set("refused", JSON.stringify(refused));
    return `${taken} of ${files} files taken in${said.length > 0 ? `, ${said.length} could not be read; said so` : ""}.`;
  },
});

function partsOf(inbox: string): { project: string; paths: string[] }[] {
  const entries = readdirSync(inbox, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));
  const path = ({ name }: { name: string }) => join(inbox, name);
  const loose = entries.filter((entry) => entry.isFile()).map(path);
  return [...(loose.length > 0 ? [{ project: "inbox", paths: loose }] : []), ...entries.filter((entry) => entry.isDirectory()).map((entry) => ({ project: entry.name, paths: [path(entry)] }))];
}

function messageOf(said: readonly { path: string; reason: string }[], key: string) {
  const lines = said.slice(0, toldFiles).map(({ path, reason }) => `${neutralise(basename(path)).slice(0, nameChars)}: ${neutralise(reason).slice(0, nameChars)}`);
  const more = said.length > toldFiles ? [`… and ${said.length - toldFiles} more`] : [];
  const title = `${said.length} ${said.length === 1 ? "file" : "files"} in the inbox could not be read`;
  return { thread: `heartbeat:${key}`, title, body: [...lines, ...more, "They are tried again when they change."].join("\n") };
}
