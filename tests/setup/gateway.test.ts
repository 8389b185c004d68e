import { chmodSync } from "node:fs";
import { basename } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { type Terminal, terminal } from "./terminal.ts";

/** OpenClaw 2026.9.6's `mcp list --json`, `set` and `unset`, as recorded; the real one is `pnpm proof gateway-setup`. */
const openclaw = `#!/usr/bin/env node
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const file = process.env.HOME + "/openclaw-servers.json";
const servers = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
const [group, verb, name, entry] = process.argv.slice(2);
if (group === "--version") console.log("OpenClaw 2026.9.6 (eb377ac)");
else if (verb === "list") console.log(JSON.stringify(servers, null, 2));
else if (process.env.BROKEN && name === "obs") process.exit(1);
else {
  if (verb === "set") servers[name] = JSON.parse(entry);
  else delete servers[name];
  writeFileSync(file, JSON.stringify(servers));
}
`;

async function withOpenClaw(home: string, programs: string): Promise<Terminal> {
  const ai = await terminal(home, programs);
  ai.write(openclaw, "..", basename(programs), "openclaw");
  chmodSync(ai.path("..", basename(programs), "openclaw"), 0o755);
  return ai;
}

const serversIn = (ai: Terminal) => JSON.parse(ai.read("openclaw-servers.json")) as Record<string, { command: string }>;

it("sets every server in OpenClaw through its own command, once, and unsets only those", async () => {
  using folder = temporaryFolder();
  using programs = temporaryFolder();
  const ai = await withOpenClaw(folder.path, programs.path);
  ai.write('{"mine": {"command": "true"}}', "openclaw-servers.json");
  expect(ai.run("setup", "--dry-run").stdout).toContain("run openclaw mcp set kb {");
  expect(Object.keys(serversIn(ai))).toEqual(["mine"]);
  expect(ai.run("setup", "--yes").status).toBe(0);
  expect(serversIn(ai)).toMatchObject({ mine: { command: "true" }, kb: { command: ai.path("paios", "bin", "node"), env: { PAIOS_HOME: ai.path("paios") } }, obs: {} });
  expect(ai.run("setup", "--dry-run").stdout).toContain("Nothing is to be changed.");
  expect(ai.run("setup", "--uninstall", "--yes").status).toBe(0);
  expect(serversIn(ai)).toEqual({ mine: { command: "true" } });
});

it("leaves a server of the same name that is somebody else's, and says so", async () => {
  using folder = temporaryFolder();
  using programs = temporaryFolder();
  const ai = await withOpenClaw(folder.path, programs.path);
  ai.write('{"kb": {"command": "mine"}}', "openclaw-servers.json");
  expect(ai.run("setup", "--yes").stdout).toContain('OpenClaw has a server "kb" of its own, which stays');
  expect(serversIn(ai)["kb"]).toEqual({ command: "mine" });
  ai.run("setup", "--uninstall", "--yes");
  expect(serversIn(ai)).toEqual({ kb: { command: "mine" } });
});

it("CHANGE-02 puts everything back when OpenClaw refuses", async () => {
  using folder = temporaryFolder();
  using programs = temporaryFolder();
  const ai = await withOpenClaw(folder.path, programs.path);
  ai.env["BROKEN"] = "1";
  expect(ai.run("setup", "--yes")).toMatchObject({ status: 1, stderr: expect.stringContaining("openclaw mcp set obs ended with code 1") as string });
  expect(serversIn(ai)).toEqual({});
  expect([".profile", "paios/bin/ai", "paios/paios-setup.json"].filter((file) => ai.has(file))).toEqual([]);
});
