import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { errorCode, UserError } from "../errors.ts";
import { run } from "../process.ts";

/** The versions that spec and tests rely on. */
export const clientVersions = { claude: "2.1.329", codex: "0.169.0" };

const cache = fileURLToPath(new URL("../../../../node_modules/.cache/paios-clients/", import.meta.url));
const fetchTimeoutMs = 10 * 60_000;

/**
 * The folder with the pinned `claude` and `codex`, installed by npm on first use (about 0.8 GB, kept in
 * `node_modules/.cache`). Two at once are safe: each installs in a folder of its own and the first to finish stays.
 */
export async function fetchClients(): Promise<{ bin: string }> {
  const { claude, codex } = clientVersions;
  const folder = join(cache, `claude-${claude}-codex-${codex}-${process.platform}-${process.arch}`);
  if (!existsSync(folder)) await install(folder);
  return { bin: join(folder, "node_modules", ".bin") };
}

async function install(folder: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const partial = mkdtempSync(join(cache, "partial-"));
  try {
    writeFileSync(join(partial, "package.json"), '{ "private": true }\n');
    const packages = [`@anthropic-ai/claude-code@${clientVersions.claude}`, `@openai/codex@${clientVersions.codex}`];
    const options = ["--prefix", partial, "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--save-exact"];
    await command("npm", ["install", ...options, ...packages], partial);
    // Claude's own install step puts the platform's binary in place.
    await command(process.execPath, ["install.cjs"], join(partial, "node_modules", "@anthropic-ai", "claude-code"));
    renameUnlessThere(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

async function command(name: string, args: string[], cwd: string): Promise<void> {
  const path = [dirname(process.execPath), process.env["PATH"]].join(delimiter);
  const result = await run({ command: name, args, cwd, timeoutMs: fetchTimeoutMs, outputBytes: 1_000_000, env: { ...process.env, PATH: path } }).catch((error: unknown) => {
    if (errorCode(error) !== "ENOENT") throw error;
    throw new UserError("unavailable", `${name} is not on PATH. Install npm: the client tests need it to fetch Claude Code and Codex.`, { cause: error });
  });
  if (result.code !== 0) {
    process.stderr.write(result.stderr.slice(-4_000));
    throw new UserError("unavailable", `Fetching Claude Code and Codex failed: ${name} ended with code ${result.code}, its message is above. Check that the npm registry is reachable.`);
  }
}

function renameUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
