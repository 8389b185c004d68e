import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "@paios/shared/process";
import { fetchClients } from "@paios/shared/testing/client-fetch";
import { type ClientRun, codexConfig, runClaude, runCodex } from "@paios/shared/testing/clients";
import { type MockModels, type ModelRequest, startMockModels, toolResults } from "@paios/shared/testing/mock-models";
import type { Turn } from "@paios/shared/testing/model-protocol";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { beforeAll, expect, it } from "vitest";
import { serverFolders } from "../../scripts/server-folders.ts";
import { askCodex } from "../../apps/cli/src/setup/app-server.ts";
import { filesBelow } from "./files-below.ts";
import { type Terminal, terminal } from "./terminal.ts";

interface Outcome {
  changed: string[];
  notes: string[];
}

interface Diagnosis {
  repaired: string[];
  findings: { check: string; status: string; detail: string }[];
}

beforeAll(() => fetchClients(), 600_000);

const template = join(import.meta.dirname, "../../plugins");
const skills = ["codex-review", "health", "kb", "trace"];
/** Codex has no event for a tool that failed. */
const events = ["postToolUse", "preCompact", "sessionEnd", "sessionStart", "stop", "userPromptSubmit"];
const ownSettings = '{\n    "cleanupPeriodDays":   40\n}\n';

it("SKIL-09 the plugin passes Claude Code's own strict validation, as template and as setup makes it", async () => {
  using folder = temporaryFolder();
  const ai = await terminal(folder.path);
  ai.run("setup", "--yes");
  for (const place of [template, ai.path("paios", "paios-plugins")]) {
    for (const part of [place, join(place, "paios")]) expect((await tell(ai, "claude", "plugin", "validate", part, "--strict")).code, part).toBe(0);
  }
});

it("SKIL-01 SKIL-09 after setup both CLIs offer the skills by their own plugin systems, and a knowledge question reaches the knowledge base", async () => {
  using folder = temporaryFolder();
  const ai = await terminal(folder.path);
  const search: Turn = { tool: { server: "kb", name: "kb_search", input: { query: "greenhouse heater" } } };
  const mock = await startMockModels([search, { text: "14 degrees." }, search, { text: "14 degrees." }]);
  try {
    const config = codexConfig({ mock, servers: [] }).replace("plugins = false", "plugins = true").replaceAll("\n", "\r\n");
    ai.write(config, "codex", "config.toml");
    ai.write(ownSettings, "claude", "settings.json");
    ai.write('{"hasCompletedOnboarding": true}', "claude", ".claude.json");
    ai.run("setup", "--yes");
    ai.run("kb", "add", "Heater", "The greenhouse heater runs at 14 degrees.");
    const settled = filesBelow(ai.home, ["codex/config.toml", "codex/plugins", "claude/settings.json", "paios/paios-plugins"]);

    const claude = await ask(runClaude, mock, ai, "/kb the heater");
    expect(listed(claude)).toEqual(skills);
    expect(/# Answer from the knowledge base[\s\S]*ARGUMENTS: the heater/.test(claude)).toBe(true);
    const codex = await ask(runCodex, mock, ai, "$paios:kb the heater");
    expect(listed(codex)).toEqual(skills);
    expect(/<name>paios:kb<\/name>[\s\S]*# Answer from the knowledge base/.test(codex)).toBe(true);
    expect(await pluginHooks(ai)).toEqual(events.map((event) => ({ event, trust: "trusted", limit: ["sessionStart", "userPromptSubmit"].includes(event) ? 4_000 : null, timeout: event === "sessionEnd" ? 3 : 5 })));

    expect(filesBelow(ai.home, ["codex/config.toml", "codex/plugins", "claude/settings.json", "paios/paios-plugins"]), "no client rewrites what is ours").toEqual(settled);
    expect(ai.json<Outcome>("setup", "--yes").changed).toEqual([]);
    expect(ai.run("setup", "--uninstall", "--yes").status).toBe(0);
    expect(ai.read("codex", "config.toml")).toBe(config);
    expect(ai.read("claude", "settings.json")).toBe(ownSettings);
    expect(JSON.parse(ai.read("claude", "plugins", "known_marketplaces.json"))).toEqual({});
    expect([ai.has("codex", "plugins", "cache", "paios"), ai.has("paios", "paios-plugins"), ai.has("claude", "plugins", "data", "paios-paios")]).toEqual([false, false, false]);
    expect(ai.run("setup", "--uninstall", "--yes").stdout).toContain("nothing of ours");
  } finally {
    await mock.close();
  }
});

it("SKIL-09 the skills name tools that there are", () => {
  const tools = new Set(serverFolders().flatMap((folder) => (JSON.parse(readFileSync(join(folder, "tools.json"), "utf8")) as { name: string }[]).map(({ name }) => name)));
  const named = skills.flatMap((skill) => [...readFileSync(join(template, "paios", "skills", skill, "SKILL.md"), "utf8").matchAll(/`((?:analytics|kb|obs|router)_\w+)`/g)].map(([, name]) => name ?? ""));
  expect([...new Set(named)].sort()).toEqual(["analytics_quota", "kb_read", "kb_search", "obs_health", "obs_query", "obs_trace", "router_brains", "router_review"]);
  expect(named.filter((name) => !tools.has(name))).toEqual([]);
});

it("INFRA-03 the person sees each command before it is trusted; --client limits who gets the plugin", async () => {
  using folder = temporaryFolder();
  const ai = await terminal(folder.path);
  const node = ai.path("paios", "bin", "node");
  const { notes } = ai.json<Outcome>("setup", "--dry-run");
  expect(notes.filter((note) => note.startsWith("Codex will be told to trust")).map((note) => note.split(": ")[1])).toEqual(expect.arrayContaining([expect.stringMatching(`^env PAIOS_HOME='${ai.path("paios")}' '${node}' '.*/apps/hooks/dist/main.js' SessionStart$`)]));
  expect(ai.run("setup", "--dry-run").stdout).toMatch(/\+ +"PostToolUseFailure": \[\{ "matcher": "\*"/);
  expect([ai.has("codex"), ai.has("paios")]).toEqual([false, false]);
  ai.run("setup", "--yes", "--client", "claude");
  expect([ai.read("claude", "settings.json").includes("paios@paios"), ai.has("codex", "config.toml")]).toEqual([true, false]);
  ai.run("setup", "--yes", "--client", "codex");
  ai.run("setup", "--uninstall", "--yes", "--client", "claude");
  expect(ai.has("claude", "settings.json")).toBe(false);
  expect((await pluginHooks(ai)).map(({ trust }) => trust)).toEqual(events.map(() => "trusted"));
});

it("INFRA-03 a plugin that is missing, out of date or no longer trusted is named by ai doctor, and --fix puts it right", async () => {
  using folder = temporaryFolder();
  const ai = await terminal(folder.path);
  ai.run("setup", "--yes");
  const whole = filesBelow(ai.home, ["codex/config.toml", "codex/plugins", "claude/settings.json", "paios/paios-plugins"]);
  const faults: [string, () => void | Promise<unknown>, RegExp][] = [
    ["lost trust", () => ai.write(ai.read("codex", "config.toml").replaceAll(/trusted_content_hash = "sha256:\w{4}/g, 'trusted_content_hash = "sha256:0000'), "codex", "config.toml"), /Codex skips these hooks, which it does not trust: .*sessionStart/],
    ["an older plugin", () => age(ai), /the plugin in .*paios-plugins, Codex' copy of the plugin/],
    ["removed in Codex", () => tell(ai, "codex", "plugin", "remove", "paios@paios"), /the plugin is not in Codex/],
    ["removed in Claude Code", () => ai.write(ai.read("claude", "settings.json").replaceAll("paios@paios", "other@other"), "claude", "settings.json"), /the plugin is not in Claude Code/],
  ];
  for (const [fault, make, named] of faults) {
    await make();
    expect(registration(ai.json<Diagnosis>("doctor", "--no-probe")), fault).toMatchObject({ status: "fail", detail: expect.stringMatching(named) as string });
    const fixed = ai.json<Diagnosis>("doctor", "--no-probe", "--fix");
    expect(fixed.repaired, fault).toEqual(["registration"]);
    expect(registration(fixed), fault).toMatchObject({ status: "ok" });
    expect((await pluginHooks(ai)).map(({ trust }) => trust), fault).toEqual(events.map(() => "trusted"));
  }
  ai.write(ai.read("claude", "settings.json").replace(/\n *"other@other": true,?/, ""), "claude", "settings.json");
  const { "codex/config.toml": _config, "claude/settings.json": _settings, ...files } = whole;
  expect(filesBelow(ai.home, ["codex/plugins", "paios/paios-plugins"])).toEqual(files);
});

it("what the person switched off stays off, is named, and gets nothing of ours", async () => {
  using folder = temporaryFolder();
  const ai = await terminal(folder.path);
  const [config, settings] = ["[features]\nplugins = false\n", '{"enabledPlugins": {"paios@paios": false}}\n'];
  ai.write(config, "codex", "config.toml");
  ai.write(settings, "claude", "settings.json");
  const { notes } = ai.json<Outcome>("setup", "--yes");
  expect(notes.filter((note) => /switched off/.test(note))).toEqual([expect.stringContaining("in Claude Code and stays so") as string, expect.stringContaining("codex features enable plugins") as string]);
  expect(ai.read("codex", "config.toml")).not.toContain("marketplaces");
  expect(ai.read("claude", "settings.json")).not.toContain("extraKnownMarketplaces");
  expect([ai.has("codex", "plugins", "cache", "paios"), ai.has("paios", "paios-plugins")]).toEqual([false, false]);
  ai.run("setup", "--uninstall", "--yes");
  expect([ai.read("codex", "config.toml"), ai.read("claude", "settings.json")]).toEqual([config, settings]);
});

it("CHANGE-04 ai rollback takes the plugin out of both clients", async () => {
  using folder = temporaryFolder();
  const ai = await terminal(folder.path);
  ai.write(ownSettings, "claude", "settings.json");
  ai.run("setup", "--yes");
  expect(ai.has("codex", "plugins", "cache", "paios", "paios")).toBe(true);
  // Claude Code has written into its own file since.
  expect(ai.run("rollback", "--yes", "--force").status).toBe(0);
  expect([ai.has("codex", "plugins", "cache", "paios"), ai.has("paios", "paios-plugins"), ai.has("codex", "config.toml")]).toEqual([false, false, false]);
  expect(ai.read("claude", "settings.json")).toBe(ownSettings);
});

function registration({ findings }: Diagnosis): Diagnosis["findings"][number] | undefined {
  return findings.find(({ check }) => check === "registration");
}

/** As an earlier version of PAIOS left it, with a skill that is gone since. */
function age(ai: Terminal): void {
  const skill = ["skills", "kb", "SKILL.md"];
  for (const place of [["paios", "paios-plugins", "paios"], ["codex", "plugins", "cache", "paios", "paios", "0.1.0"]]) {
    ai.write(`${ai.read(...place, ...skill)}\nOlder.\n`, ...place, ...skill);
    ai.write("---\nname: gone\ndescription: Gone.\n---\n", ...place, "skills", "gone", "SKILL.md");
  }
}

/** The model's first request; the tool's result must be in the next. */
async function ask(client: (options: ClientRun) => ReturnType<typeof runClaude>, mock: MockModels, ai: Terminal, prompt: string): Promise<string> {
  const { code, stderr, requests } = await client({ prompt, mock, servers: [], prepared: true, home: ai.home });
  expect(code, stderr).toBe(0);
  const [first, second] = requests.filter(({ turn }) => turn !== undefined) as [ModelRequest, ModelRequest];
  expect(toolResults(second)).toMatchObject([{ text: expect.stringContaining("14 degrees") as string }]);
  return JSON.stringify(first.body).replaceAll(String.raw`\n`, "\n").replaceAll(String.raw`\"`, '"');
}

/** The skills of ours, as a line each that the model chooses by. */
function listed(request: string): string[] {
  return [...request.matchAll(/^- paios:([\w-]+): \w{3}/gm)].map(([, name]) => name ?? "").sort();
}

function tell(ai: Terminal, command: string, ...args: string[]): ReturnType<typeof run> {
  return run({ command, args, env: ai.env, cwd: ai.home, timeoutMs: 30_000, outputBytes: 1_000_000 });
}

/** What the real Codex says of the plugin's hooks. */
async function pluginHooks(ai: Terminal): Promise<{ event: string; trust: string; limit: number | null; timeout: number }[]> {
  const { bin } = await fetchClients();
  const answer = (await askCodex({ codex: join(bin, "codex"), env: ai.env, cwd: ai.home, timeoutMs: 20_000 }, (request) => request("hooks/list", {}))) as Listed;
  const ours = answer.data.flatMap(({ hooks }) => hooks).filter(({ pluginId }) => pluginId === "paios@paios");
  return ours.map(({ eventName: event, trustStatus: trust, additionalContextLimit: limit, timeoutSec: timeout }) => ({ event, trust, limit, timeout })).sort((a, b) => (a.event < b.event ? -1 : 1));
}

interface Listed {
  data: { hooks: { pluginId: string | null; eventName: string; trustStatus: string; additionalContextLimit: number | null; timeoutSec: number }[] }[];
}
