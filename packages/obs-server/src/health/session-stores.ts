import { lstat, opendir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Check, type Environment, summarised } from "./check.ts";

const maxEntries = 50_000;
const megabyte = 1024 * 1024;

/** What the CLIs keep of their sessions, which nobody else tidies. Only where the caller passes its environment down. */
export const sessionStoreCheck: Check = {
  name: "session-stores",
  kind: "resource",
  everyMs: 3_600_000,
  timeoutMs: 30_000,
  probe: async ({ obs, environment = {} }, signal) => {
    const limit = obs.config.alerts.sessionStoreMegabytes;
    const parts = [];
    const sizes = [];
    for (const { name, folder } of stores(environment)) {
      const { bytes, whole } = await sizeOf(folder, signal);
      const size = `${whole ? "" : "more than "}${Math.round(bytes / megabyte)} MB`;
      sizes.push(`${name} ${size}`);
      if (bytes / megabyte > limit) parts.push({ name, status: "warn" as const, detail: `Its sessions take ${size} (limit ${limit} MB). Remove old ones.` });
    }
    return summarised(parts, `${sizes.join(", ")}.`);
  },
};

function stores(environment: Environment): { name: string; folder: string }[] {
  const home = environment["HOME"] || homedir();
  return [
    { name: "claude", folder: join(environment["CLAUDE_CONFIG_DIR"] || join(home, ".claude"), "projects") },
    { name: "codex", folder: join(environment["CODEX_HOME"] || join(home, ".codex"), "sessions") },
  ];
}

/** Bytes below a folder, links not followed; `whole` is false when it held more entries than are looked at. */
async function sizeOf(root: string, signal: AbortSignal): Promise<{ bytes: number; whole: boolean }> {
  const folders = [root];
  let bytes = 0;
  let entries = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of entriesOf(folder)) {
      signal.throwIfAborted();
      if (++entries > maxEntries) return { bytes, whole: false };
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) bytes += await lstat(path).then(({ size }) => size, () => 0);
    }
  }
  return { bytes, whole: true };
}

async function* entriesOf(folder: string) {
  try {
    yield* await opendir(folder);
  } catch {
    // Not there, not ours to read, or removed meanwhile.
  }
}
