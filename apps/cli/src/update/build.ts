import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { Edit } from "@paios/shared/change";
import { errorCode, UserError } from "@paios/shared/errors";
import { run } from "@paios/shared/process";
import type { Machine } from "../setup/machine.ts";

const installMs = 10 * 60_000;
const buildMs = 2 * 60_000;
const outputBytes = 10_000_000;
const aside = "dist.next";

/** Brings the packages that the lockfile names. */
export async function installDependencies(machine: Machine, signal: AbortSignal): Promise<void> {
  await must(machine, "npx", ["-y", "pnpm@12", "install", "--frozen-lockfile"], machine.repository, installMs, "Installing what the new source needs failed", signal);
}

/** Builds every package beside its present build and returns the edits that put the new files in place. The old chunks stay: sessions that run still load them. */
export async function buildAside(machine: Machine, progress: (done: number, total: number, name: string) => void, signal: AbortSignal): Promise<Edit[]> {
  const folders = builtPackages(machine.repository);
  const edits: Edit[] = [];
  for (const [index, folder] of folders.entries()) {
    progress(index, folders.length, folder.slice(machine.repository.length + 1));
    const next = join(folder, aside);
    try {
      rmSync(next, { recursive: true, force: true });
      await must(machine, join(machine.repository, "node_modules", ".bin", "tsup"), ["--config", join(machine.repository, "tsup.config.ts"), "--silent", "--out-dir", aside], folder, buildMs, `Building ${folder} failed`, signal);
      edits.push(...readdirSync(next).map((name) => replacement(join(folder, "dist", name), readFileSync(join(next, name), "utf8"))));
    } finally {
      rmSync(next, { recursive: true, force: true });
    }
  }
  progress(folders.length, folders.length, "built");
  return edits;
}

function replacement(path: string, text: string): Edit {
  return { path, mode: 0o644, compute: () => text };
}

function builtPackages(repository: string): string[] {
  const grouped = ["packages", "apps"].flatMap((group) => readdirSync(join(repository, group)).map((name) => join(repository, group, name)));
  return [...grouped, join(repository, "infra")].filter((folder) => existsSync(join(folder, "src", "main.ts")));
}

async function must(machine: Machine, command: string, args: string[], cwd: string, timeoutMs: number, failed: string, signal: AbortSignal): Promise<void> {
  const env = { ...machine.env, PATH: [dirname(machine.node), machine.env["PATH"]].join(delimiter) };
  const { code, stdout, stderr } = await run({ command, args, cwd, env, timeoutMs, outputBytes, signal }).catch((error: unknown) => {
    throw errorCode(error) === "ENOENT" ? new UserError("unavailable", `${failed}: ${command} is not there. Install it, or the dependencies, then run ai update again.`) : error;
  });
  if (code === 0) return;
  process.stderr.write(`${stdout.toString("utf8").slice(-4_000)}${stderr}\n`);
  throw new UserError("unavailable", `${failed}; its message is above. The build and the data are as before.`);
}
