import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "@paios/shared/process";
import { fetchClients } from "@paios/shared/testing/client-fetch";
import { processesWith } from "@paios/shared/testing/processes";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { allowClaude, registerClaude, unregisterClaude } from "../../apps/cli/src/setup/claude-config.ts";
import { registerCodex, unregisterCodex } from "../../apps/cli/src/setup/codex-config.ts";
import { type FeaturePlan, listFeatures, planFeatures } from "../../apps/cli/src/setup/codex-features.ts";
import { findClients } from "../../apps/cli/src/setup/clients.ts";
import { probeClaude, probeCodex } from "../../apps/cli/src/setup/probe.ts";
import { readServers, type Server } from "../../apps/cli/src/setup/servers.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
// A port that nothing answers on: nobody gets out.
const nowhere = "http://127.0.0.1:9";
const quiet = {
  HTTP_PROXY: nowhere,
  HTTPS_PROXY: nowhere,
  ALL_PROXY: nowhere,
  NO_PROXY: "127.0.0.1,localhost,::1",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  DISABLE_AUTOUPDATER: "1",
  DISABLE_TELEMETRY: "1",
  DISABLE_ERROR_REPORTING: "1",
};
const claudeBefore = '{\n  "hasCompletedOnboarding": true,\n  "mine": { "kept": [1, 2] }\n}\n';
const codexBefore = "# Ada's\ncheck_for_update_on_startup = false\n\n[features] # mine\nplugins = false\n\n[analytics]\nenabled = false\n";

interface Scratch {
  bin: string;
  work: string;
  env: Record<string, string>;
  servers: Server[];
  files: Record<"claude" | "settings" | "codex", string>;
}

let bin: string;
// The first run fetches both clients (0.8 GB); it says so when it cannot.
beforeAll(async () => {
  ({ bin } = await fetchClients());
}, 600_000);

describe("a scratch home with the mesh in both clients", () => {
  const folder = temporaryFolder();
  afterAll(() => folder[Symbol.dispose]());
  let scratch: Scratch;
  let plan: FeaturePlan;
  let written: { claude: ReturnType<typeof registerClaude>; settings: ReturnType<typeof allowClaude>; codex: ReturnType<typeof registerCodex> };
  beforeAll(async () => {
    scratch = prepare(folder.path);
    const { files, servers, env, work } = scratch;
    plan = planFeatures(await listFeatures(join(bin, "codex"), { env, cwd: work }));
    written = {
      claude: registerClaude(files.claude, claudeBefore, servers),
      settings: allowClaude(files.settings, undefined, { servers, consented: [] }),
      codex: registerCodex(files.codex, codexBefore, { servers, consented: consentNeeded(servers), features: plan.edits }),
    };
    for (const name of ["claude", "settings", "codex"] as const) writeFileSync(files[name], written[name].text);
  });
  const options = (client: string) => ({ command: join(bin, client), servers: ["kb", "obs", "absent"], env: scratch.env, cwd: scratch.work });

  it("finds both clients and their versions", async () => {
    const found = await findClients({ path: `${bin}${delimiter}${scratch.env["PATH"]}`, env: scratch.env });
    expect(found.slice(0, 2)).toMatchObject([{ name: "claude", version: expect.stringMatching(/^\d/) as string }, { name: "codex", version: expect.stringMatching(/^\d/) as string }]);
  });

  it("INFRA-01 has Claude say that every server is connected", async () => {
    expect(await probeClaude(options("claude"))).toMatchObject([{ server: "kb", state: "connected" }, { server: "obs", state: "connected" }, { server: "absent", state: "missing" }]);
  });

  it("INFRA-01 has Codex say that every server is connected, with all its tools", async () => {
    const count = (name: string) => `${scratch.servers.find((server) => server.name === name)?.tools.length} tools`;
    expect(await probeCodex(options("codex"))).toMatchObject([
      { server: "kb", state: "connected", detail: count("kb") },
      { server: "obs", state: "connected", detail: count("obs") },
      { server: "absent", state: "missing" },
    ]);
  });

  it("INFRA-03 turns on what the mesh needs in Codex, and nothing is left to turn on", async () => {
    expect(plan).toMatchObject({ edits: [{ name: "memories" }], gone: ["sqlite"], missing: [] });
    const after = await listFeatures(join(bin, "codex"), { env: scratch.env, cwd: scratch.work });
    expect(after.filter(({ name, on }) => on && ["hooks", "memories", "multi_agent", "multi_agent_v2"].includes(name)).length).toBeGreaterThanOrEqual(3);
    expect(planFeatures(after)).toMatchObject({ on: [...plan.on, "memories"].sort(byNeed), edits: [] });
  });

  it("CHANGE-01 writes a config.toml that Codex takes strictly, where one unknown key is refused", async () => {
    expect(await strictCodex(scratch)).toEqual({ code: 0, complains: false });
    const { files } = scratch;
    writeFileSync(files.codex, written.codex.text.replace("tool_timeout_sec", "tool_timeout_secs"));
    expect(await strictCodex(scratch)).toEqual({ code: 1, complains: true });
    writeFileSync(files.codex, written.codex.text);
  });

  it("CHANGE-01 takes out its own keys alone after both clients wrote into their files", async () => {
    const { files } = scratch;
    const text = readFileSync(files.claude, "utf8");
    expect(text, "Claude adds keys of its own when it runs").not.toBe(written.claude.text);
    const rest = JSON.parse(unregisterClaude(files.claude, text, written.claude.record) ?? "{}") as object;
    expect(rest).toMatchObject({ hasCompletedOnboarding: true, mine: { kept: [1, 2] } });
    expect(JSON.stringify(rest)).not.toContain(repository);
    expect(unregisterCodex(files.codex, readFileSync(files.codex, "utf8"), written.codex.record)).toBe(codexBefore);
  });
});

describe("a server that does not start", () => {
  it.each([["claude", probeClaude], ["codex", probeCodex]] as const)("is shown as failed by %s, and the other one as connected", async (client, probe) => {
    using folder = temporaryFolder();
    const scratch = prepare(folder.path);
    register(scratch, ([kb, obs]) => [kb, { ...obs, args: obs.args.map((arg) => arg.replace("main.js", "gone.js")) }, { ...obs, name: "lost", command: join(folder.path, "no-node") }]);
    const rows = await probe({ command: join(bin, client), servers: ["kb", "obs", "lost"], env: scratch.env, cwd: scratch.work });
    expect(rows, JSON.stringify(rows)).toMatchObject([{ server: "kb", state: "connected" }, { server: "obs", state: "failed" }, { server: "lost", state: "failed" }]);
  });

  it.each([["claude", probeClaude], ["codex", probeCodex]] as const)("and never answers is given up by us in time, %s with it, and leaves no process", async (client, probe) => {
    using folder = temporaryFolder();
    const marker = randomUUID();
    const scratch = prepare(folder.path, { PAIOS_PROBE_RUN: marker });
    register(scratch, ([kb]) => [{ ...kb, name: "stuck", command: "/bin/sleep", args: ["61"], env: { PAIOS_PROBE_RUN: marker }, startSeconds: 60 }]);
    const start = Date.now();
    const rows = await probe({ command: join(bin, client), servers: ["stuck"], env: scratch.env, cwd: scratch.work, timeoutMs: 4_000 });
    expect(Date.now() - start).toBeLessThan(10_000);
    expect(rows).toMatchObject([{ state: "unknown", detail: expect.stringContaining("took longer than 4 s") as string }]);
    await vi.waitFor(() => expect(processesWith(marker)).toEqual([]), { timeout: 5_000 });
  });
});

function prepare(path: string, extra: Record<string, string> = {}): Scratch {
  const home = join(path, "paios");
  const [claude, codex, work] = ["claude", "codex", "work"].map((name) => join(path, name)) as [string, string, string];
  for (const each of [join(home, "bin"), claude, codex, work]) mkdirSync(each, { recursive: true });
  symlinkSync(process.execPath, join(home, "bin", "node"));
  const env = scratchEnvironment(path, { ...quiet, ...extra });
  return {
    bin,
    work,
    env: { ...env, PATH: [dirname(process.execPath), env["PATH"]].join(delimiter) },
    servers: readServers(repository, home).filter(({ name }) => name === "kb" || name === "obs"),
    files: { claude: join(claude, ".claude.json"), settings: join(claude, "settings.json"), codex: join(codex, "config.toml") },
  };
}

function register({ files, servers }: Scratch, change: (servers: readonly [Server, Server]) => Server[]): void {
  const changed = change(servers as [Server, Server]);
  writeFileSync(files.claude, registerClaude(files.claude, claudeBefore, changed).text);
  writeFileSync(files.codex, registerCodex(files.codex, codexBefore, { servers: changed, consented: [] }).text);
}

function consentNeeded(servers: readonly Server[]): string[] {
  return servers.flatMap(({ tools }) => tools.filter(({ safe }) => !safe).map(({ name }) => name));
}

function byNeed(a: string, b: string): number {
  const order = ["hooks", "memories", "multi"];
  const place = (name: string) => order.findIndex((each) => name.startsWith(each));
  return place(a) - place(b);
}

/** Codex' own strict reading: an app-server whose input ends at once. */
async function strictCodex({ env, work }: Scratch): Promise<{ code: number | null; complains: boolean }> {
  const { code, stderr } = await run({ command: join(bin, "codex"), args: ["--strict-config", "app-server"], env, cwd: work, timeoutMs: 20_000, outputBytes: 1_000_000 });
  return { code, complains: stderr.includes("unknown configuration field") };
}
