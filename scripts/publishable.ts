import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/**
 * What is published is right: publint finds nothing, and a change in shared since the last release of a server that
 * bundles it comes with a changeset for that server.
 */
const problems: string[] = [];
const servers = readdirSync("packages").filter((name) => name.endsWith("-server"));

for (const name of servers) {
  const folder = `packages/${name}`;
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, "utf8")) as Record<string, unknown>;
  const { messages } = await publint({ pkgDir: folder, strict: true, pack: "pnpm" });
  for (const message of messages) problems.push(`${folder}: ${formatMessage(message, manifest) ?? message.code}`);
  if (!existsSync(`${folder}/LICENSE`)) problems.push(`${folder}: LICENSE is missing`);
}

const releases = changedSince("packages/shared/src");
if (releases) {
  const announced = readdirSync(".changeset").filter((file) => file.endsWith(".md")).map((file) => readFileSync(`.changeset/${file}`, "utf8")).join("\n");
  for (const name of servers) {
    if (!announced.includes(`"@paios/${name}"`)) problems.push(`packages/shared changed since the last release (${releases}), and ${name} bundles it. Next step: add a changeset that names "@paios/${name}"`);
  }
}

for (const problem of problems) console.error(`✘ ${problem}`);
if (problems.length > 0) process.exit(1);

/** The last release tag, when a folder's sources changed since; before the first release there is none. */
function changedSince(folder: string): string | undefined {
  const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const tag = git("describe", "--tags", "--abbrev=0", "--match", "@paios/*");
    return git("diff", "--name-only", tag, "--", folder, `:!${folder}/testing`, ":!*.test.ts") ? tag : undefined;
  } catch {
    return undefined;
  }
}
