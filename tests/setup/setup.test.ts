import { createHash } from "node:crypto";
import { chmodSync, readdirSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { fetchClients } from "@paios/shared/testing/client-fetch";
import { type ClientRun, codexConfig, runClaude, runCodex } from "@paios/shared/testing/clients";
import { type MockModels, startMockModels, toolResults, turnRequest } from "@paios/shared/testing/mock-models";
import type { Turn } from "@paios/shared/testing/model-protocol";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { beforeAll, describe, expect, it } from "vitest";
import { serverFolders } from "../../scripts/server-folders.ts";
import { type Terminal, terminal } from "./terminal.ts";

interface Outcome {
  changed: string[];
  backup?: string;
  live: { client: string; server: string; state: string }[];
  notes: string[];
}

// The first run fetches both clients (0.8 GB); it says so when it cannot.
beforeAll(() => fetchClients(), 600_000);

const names = serverFolders().map((folder) => basename(folder).replace("-server", "")).sort();
const allLive = ["claude", "codex"].flatMap((client) => names.map((server) => ({ client, server, state: "connected" })));

/** Codex' config switches plugins off, so that nothing is looked for on the network: tests/setup/plugin.test.ts is about Codex' copy. */
const pluginFiles = [
  ".agents/plugins/marketplace.json", ".claude-plugin/marketplace.json", "paios/.claude-plugin/plugin.json", "paios/.codex-plugin/plugin.json", "paios/hooks/hooks.json",
  ...["codex-review", "health", "kb", "trace"].map((skill) => `paios/skills/${skill}/SKILL.md`),
];

/** The person's own: comments, odd spacing, a server of their own. */
const ownToml = '# mine\r\n\r\n[mcp_servers.other]   # keep\r\ncommand = "true"\r\nenabled = false\r\n';

describe("ai setup", () => {
  it("INFRA-02 INFRA-03 MEM-03 CHANGE-03 registers every server live in both real clients, whose models get each main tool's result", async () => {
    using folder = temporaryFolder();
    const ai = await terminal(folder.path);
    const calls: Turn[] = [
      { tool: { server: "kb", name: "kb_add", input: { title: "Heater", text: "The greenhouse heater runs at 14 degrees." } } },
      { tool: { server: "kb", name: "kb_search", input: { query: "greenhouse heater" } } },
      { tool: { server: "obs", name: "obs_query", input: { action: "tools/call kb_search" } } },
      { text: "Thank you." },
    ];
    const mock = await startMockModels([...calls, ...calls]);
    try {
      const base = `${codexConfig({ mock, servers: [] })}${ownToml}`;
      ai.write(base, "codex", "config.toml");
      ai.write('{\n    "hasCompletedOnboarding": true\n}\n', "claude", ".claude.json");
      const done = ai.json<Outcome>("setup", "--yes");
      expect(done.live).toMatchObject(allLive);
      expect(done.changed.map((path) => path.slice(folder.path.length + 1)).sort()).toEqual([
        ".local/share/bash-completion/completions/ai", ".profile", "claude/.claude.json", "claude/settings.json", "codex/AGENTS.md", "codex/config.toml", "paios/bin/ai",
        ...pluginFiles.map((file) => `paios/paios-plugins/${file}`), "paios/paios-setup.json",
      ]);

      const before = hashes(ai);
      // Codex finds the event of Claude's search; that of its own may be on its way still.
      for (const [index, run] of [runClaude, runCodex].entries()) await callAll(run, mock, ai, index * calls.length, index === 0 ? '"events":[' : "tools/call kb_search");
      expect(JSON.stringify(turnRequest(mock.requests, calls.length).body), "Codex starts with the PAIOS context").toContain("the person's own mesh of MCP servers");
      expect(hashes(ai), "CHANGE-03: no client and no server rewrites a config of ours").toEqual(before);
      expect(mock.outside).toEqual([]);

      const again = ai.json<Outcome>("setup", "--yes");
      expect(again).toMatchObject({ changed: [], live: allLive });
      expect(again.backup).toBeUndefined();
      expect(readdirSync(ai.path("paios", "backups"))).toHaveLength(1);

      expect(ai.run("setup", "--uninstall", "--yes").status).toBe(0);
      expect(ai.read("codex", "config.toml")).toBe(base);
      expect(ai.has("codex", "AGENTS.md")).toBe(false);
      expect(ai.has(".profile")).toBe(false);
      expect(JSON.parse(ai.read("claude", ".claude.json"))).not.toHaveProperty("mcpServers");
      expect(ai.has("claude", "settings.json")).toBe(false);
      expect(readdirSync(ai.path("paios", "bin"))).toEqual([]);
      expect(ai.run("setup", "--uninstall", "--yes").stdout).toContain("nothing of ours");
    } finally {
      await mock.close();
    }
  });

  it("CHANGE-01 --dry-run shows a diff and changes nothing; without a terminal it asks for --yes", async () => {
    using folder = temporaryFolder();
    const ai = await terminal(folder.path);
    ai.write(ownToml, "codex", "config.toml");
    const { stdout } = ai.run("setup", "--dry-run", "--client", "codex");
    expect(stdout).toContain("+[mcp_servers.kb]");
    expect(stdout).not.toContain(".claude.json");
    expect(ai.run("setup")).toMatchObject({ status: 2, stderr: expect.stringContaining("--yes") as string });
    expect(ai.read("codex", "config.toml")).toBe(ownToml);
    expect(ai.has("paios")).toBe(false);
  });

  it("a tool that acts on the outside world runs unasked only when it is named", async () => {
    using folder = temporaryFolder();
    const ai = await terminal(folder.path);
    expect(ai.run("setup", "--yes", "--allow", "kb_search")).toMatchObject({ status: 2, stderr: expect.stringContaining("kb_capture") as string });
    ai.run("setup", "--yes", "--allow", "kb_capture");
    expect(ai.read("codex", "config.toml")).toContain('[mcp_servers.kb.tools.kb_capture]\napproval_mode = "approve"');
    expect(ai.read("claude", "settings.json")).toContain('"mcp__kb__kb_capture"');
    ai.run("setup", "--yes", "--ask", "kb_capture");
    expect(ai.read("codex", "config.toml")).not.toContain("kb_capture");
    expect(ai.read("claude", "settings.json")).not.toContain("kb_capture");
  });

  it("DATA-02 a config that is not valid is named with its line, and nothing is changed", async () => {
    using folder = temporaryFolder();
    const ai = await terminal(folder.path);
    ai.write("model = 'x'\n[mcp_servers.kb\n", "codex", "config.toml");
    expect(ai.run("setup", "--yes")).toMatchObject({ status: 1, stderr: expect.stringMatching(/config\.toml:2: not valid TOML; fix it and run ai setup again/) as string });
    ai.write('{\n  "mcpServers": {\n', "claude", ".claude.json");
    expect(ai.run("setup", "--yes").stderr).toMatch(/\.claude\.json:2: not valid JSON/);
    expect(ai.has("paios")).toBe(false);
  });

  it("CHANGE-02 when a client says that a server is not live, every file is put back", async () => {
    using folder = temporaryFolder();
    using programs = temporaryFolder();
    const { bin } = await fetchClients();
    symlinkSync(join(bin, "codex"), join(programs.path, "codex"));
    const ai = await terminal(folder.path, programs.path);
    ai.write('#!/bin/sh\n[ "$1" = --version ] && echo "2.0.0" && exit 0\necho "kb: node - ✘ Failed to connect"\nfor name in obs router analytics heartbeat macos; do echo "$name: node - ✔ Connected"; done\n', "..", programs.path.split("/").at(-1) ?? "", "claude");
    chmodSync(join(programs.path, "claude"), 0o755);
    ai.write(ownToml, "codex", "config.toml");
    const failed = ai.run("setup", "--yes");
    expect(failed).toMatchObject({ status: 1, stderr: expect.stringMatching(/kb is not live in claude[\s\S]*All was undone/) as string });
    expect(ai.read("codex", "config.toml")).toBe(ownToml);
    expect(["claude/.claude.json", "claude/settings.json", "codex/AGENTS.md", "codex/plugins/cache", ".profile", "paios/paios-plugins", "paios/paios-setup.json"].filter((file) => ai.has(file))).toEqual([]);
  });

  it("a client that hangs is left out and named; one that is not installed is one line", async () => {
    using folder = temporaryFolder();
    using programs = temporaryFolder();
    const ai = await terminal(folder.path, programs.path);
    ai.write("#!/bin/sh\nsleep 60\n", "..", programs.path.split("/").at(-1) ?? "", "codex");
    chmodSync(join(programs.path, "codex"), 0o755);
    const done = ai.json<Outcome>("setup", "--yes");
    expect(done.notes).toEqual([expect.stringContaining("claude is not installed") as string, expect.stringContaining("codex is left out") as string]);
    expect(done.live).toEqual([]);
    expect(ai.has("codex")).toBe(false);
  });

  it("DATA-02 two setups at once end as one does", async () => {
    using folder = temporaryFolder();
    const ai = await terminal(folder.path);
    ai.write(ownToml, "codex", "config.toml");
    const both = await Promise.all([ai.begin("--json", "setup", "--yes"), ai.begin("--json", "setup", "--yes")]);
    for (const { status, stdout } of both) expect(status, stdout).toBe(0);
    expect(ai.json<Outcome>("setup", "--yes")).toMatchObject({ changed: [], live: allLive });
    expect(ai.run("setup", "--uninstall", "--yes")).toMatchObject({ status: 0 });
    expect(ai.read("codex", "config.toml")).toBe(ownToml);
  });

  it("INFRA-03 a broken registration shows as failed, and ai doctor --fix repairs it", async () => {
    using folder = temporaryFolder();
    const ai = await terminal(folder.path);
    ai.run("setup", "--yes");
    ai.write(ai.read("codex", "config.toml").replace("kb-server/dist/main.js", "kb-server/dist/gone.js"), "codex", "config.toml");
    ai.write(ai.read("claude", ".claude.json").replace("kb-server/dist/main.js", "kb-server/dist/gone.js"), "claude", ".claude.json");
    const sick = ai.run("doctor");
    expect(sick).toMatchObject({ status: 1, stdout: expect.stringMatching(/✘ kb in claude[\s\S]*✘ kb in codex/) as string });
    expect(sick.stdout).toMatch(/✔ obs in codex/);
    const mended = ai.json<{ repaired: string[]; live: Outcome["live"] }>("doctor", "--fix");
    expect(mended).toMatchObject({ repaired: ["registration"], live: allLive });
  });

  it("CHANGE-04 ai rollback puts every file back as it was before setup", async () => {
    using folder = temporaryFolder();
    const ai = await terminal(folder.path);
    ai.write(ownToml, "codex", "config.toml");
    ai.run("setup", "--yes", "--client", "codex");
    expect(ai.run("rollback", "--yes")).toMatchObject({ status: 0, stdout: expect.stringContaining("config.toml") as string });
    expect(ai.read("codex", "config.toml")).toBe(ownToml);
    expect(ai.has("codex", "AGENTS.md")).toBe(false);
  });
});

async function callAll(run: (options: ClientRun) => ReturnType<typeof runClaude>, mock: MockModels, ai: Terminal, from: number, event: string): Promise<void> {
  const result = await run({ prompt: "Use PAIOS", mock, servers: [], prepared: true, home: ai.home });
  expect({ code: result.code, orphans: result.orphans }, result.stderr).toEqual({ code: 0, orphans: [] });
  const texts = toolResults(turnRequest(mock.requests, from + 3)).map(({ text }) => text);
  expect(texts).toMatchObject([expect.stringContaining('"id":1') as string, expect.stringContaining("14 degrees") as string, expect.stringContaining(event) as string]);
}

/** Claude itself writes into its own file, and is not asked about it. */
function hashes(ai: Terminal): string[] {
  return ["codex/config.toml", "codex/AGENTS.md", "claude/settings.json", "paios/paios-setup.json"].map((file) => createHash("sha256").update(ai.read(file)).digest("hex"));
}
