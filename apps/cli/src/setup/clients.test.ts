import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { findClients } from "./clients.ts";

const system = "/usr/bin:/bin";

async function find(scripts: Record<string, string>, timeoutMs?: number) {
  using folder = temporaryFolder();
  for (const [name, script] of Object.entries(scripts)) program(folder.path, name, script);
  const found = await findClients({ path: folder.path, env: { PATH: system }, ...(timeoutMs && { timeoutMs }) });
  return JSON.parse(JSON.stringify(found).replaceAll(`${folder.path}/`, "")) as object[];
}

it("finds each client and the version it says", async () => {
  expect(await find({ claude: "echo '2.1.329 (Claude Code)'", codex: "echo codex-cli 0.169.0-alpha.1", openclaw: "echo OpenClaw 2026.9.6" })).toEqual([
    { name: "claude", installed: true, command: "claude", version: "2.1.329" },
    { name: "codex", installed: true, command: "codex", version: "0.169.0-alpha.1" },
    { name: "openclaw", installed: true, command: "openclaw", version: "2026.9.6" },
  ]);
});

it("says what is wrong with one that is missing, broken or hanging, and still finds the others", async () => {
  expect(await find({ codex: "echo needs Node 24.16.0; exit 3", openclaw: "exec /bin/sleep 30" }, 300)).toEqual([
    { name: "claude", installed: false },
    { name: "codex", installed: true, command: "codex", problem: "--version ended with code 3" },
    { name: "openclaw", installed: true, command: "openclaw", problem: "openclaw took longer than 0.3 s and was ended." },
  ]);
  expect(await find({ codex: "echo hello" })).toMatchObject([{}, { installed: true, problem: "--version ended with code 0 and no version" }, {}]);
});

it("says that one cannot be started at all", async () => {
  using folder = temporaryFolder();
  const command = program(folder.path, "codex", "");
  writeFileSync(command, "#!/nowhere/sh\n");
  expect(await findClients({ path: folder.path, env: {} })).toMatchObject([{ installed: false }, { installed: true, command, problem: "it cannot be started (ENOENT)" }, { installed: false }]);
});

it("takes the first on PATH that can be started: no folder, no file without the right", async () => {
  using folder = temporaryFolder();
  const [first, second, third] = ["a", "b", "c"].map((name) => join(folder.path, name)) as [string, string, string];
  mkdirSync(join(first, "claude"), { recursive: true });
  mkdirSync(second);
  chmodSync(program(second, "claude", "echo 1.0.0"), 0o644);
  mkdirSync(third);
  const command = program(third, "claude", "echo 2.0.0");
  const [claude] = await findClients({ path: ["", first, second, third].join(delimiter), env: {} });
  expect(claude).toEqual({ name: "claude", installed: true, command, version: "2.0.0" });
});

function program(folder: string, name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
