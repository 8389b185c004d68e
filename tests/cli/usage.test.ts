import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { generate } from "../../bench/analytics/generate.ts";
import { claudeRow } from "../../packages/analytics-server/src/testing/tree.ts";
import { copyFixtures, expected, fixtureText, groups, sumsOf, type Told, treeEnvironment } from "../analytics/rig.ts";
import { terminal } from "./terminal.ts";

const entry = join(import.meta.dirname, "../../apps/cli/dist/main.js");
const clients = ["claude", "codex", "openclaw"] as const;
const hour = 3_600_000;

interface Limits {
  windows: { client: string; name: string; usedPercent: number; basis: string }[];
  binding: { client: string; name: string } | null;
}

describe("ai usage on what the real clients wrote", () => {
  it("sums by client to what their models served, and by day, session and model to the same", () => {
    using home = fixtureHome();
    const ai = terminal(home.path, { TZ: "UTC" });
    const told = ai.json<Told>(["usage", "--by", "client"]);
    expect(groups(told)).toEqual(Object.fromEntries(clients.map((client) => [client, expected[client].totals])));
    for (const by of ["day", "week", "month", "session", "model", "project", "mcp_server"]) expect(sumsOf(ai.json<Told>(["usage", "--by", by]).totals), by).toEqual(sumsOf(told.totals));
    const keys = (...args: string[]) => ai.json<Told>(["usage", ...args]).rows.map(({ key }) => key);
    expect(keys()).toEqual(["2026-11-21"]);
    expect(keys("--timezone", "Asia/Tokyo"), "17:05 there is the next day").toEqual(["2026-11-22"]);
    expect(keys("--since", "2026-11-22")).toEqual([]);
    expect(keys("--until", "2026-11-21", "--by", "client", "--client", "codex")).toEqual(["codex"]);
    const { status, stdout } = ai.run(["usage"]);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/2026-11-21 +3247 +24k +131k +822 .*\ntotal[\s\S]*24 requests · days of UTC/) as string]);
  });

  it("costs what Claude Code itself says that it cost", () => {
    using home = fixtureHome();
    const ai = terminal(home.path);
    // The last cost-state of each transcript; a fork's goes on from its original's.
    const own = { "c23e880c-5db0-440b-9a1b-299fa50c4c12": 178_336, "786513ec-d6dd-44e9-9a34-4734d98b0612": 202_484 - 178_336, "132e712f-c8e1-40ca-a2bf-2dc636a8280b": 180, "d4e849eb-3f27-4b93-b9db-a9b9100562d3": 90 };
    const { sessions } = ai.json<{ sessions: { session: string; costMicros: number }[] }>(["usage", "sessions", "--client", "claude"]);
    expect(Object.fromEntries(sessions.map(({ session, costMicros }) => [session, costMicros]))).toEqual(own);
    const cost = ai.json<{ totalMicros: number; models: { model: string; costMicros: number }[]; unpriced: object[] }>(["usage", "cost"]);
    expect(cost).toMatchObject({ totalMicros: 202_754, models: [{ model: "claude-opus-5-5", costMicros: 202_664 }, { model: "claude-sonnet-5-5", costMicros: 90 }], unpriced: [{ model: "mock-model", tokens: 14_634 }] });
    expect(ai.run(["usage", "cost"])).toMatchObject({ status: 0, stdout: expect.stringMatching(/claude-opus-5-5.*\$0\.20 +99\.9 %[\s\S]*mock-model: 15k tokens without a price/) as string });
  });

  it("shows sessions, tools and stores", () => {
    using home = fixtureHome();
    const ai = terminal(home.path, { TZ: "UTC" });
    for (const client of clients) {
      const { tools } = ai.json<{ tools: { tool: string; mcpServer: string; calls: number; errors: number }[] }>(["usage", "tools", "--client", client]);
      const found = Object.fromEntries(tools.map(({ tool, mcpServer, calls, errors }) => [mcpServer ? `mcp__${mcpServer}__${tool}` : tool, { calls, errors }]));
      expect(found).toMatchObject(expected[client].tools);
      const { sessions } = ai.json<{ sessions: { session: string; requests: number; outputTokens: number }[] }>(["usage", "sessions", "--client", client]);
      expect(Object.fromEntries(sessions.map(({ session, requests, outputTokens }) => [session, { messages: requests, outputTokens }]))).toEqual(expected[client].sessions);
    }
    expect(ai.run(["usage", "tools", "-m", "test"])).toMatchObject({ status: 0, stdout: expect.stringMatching(/test_echo +test +2 /) as string });
    expect(ai.run(["usage", "sessions", "-n", "2"]).stdout.split("\n").filter(Boolean)).toEqual([expect.stringContaining("last active") as string, expect.stringContaining("openclaw  project") as string, expect.stringContaining("codex") as string]);
    expect(ai.run(["usage", "sessions", "-p", "nowhere"])).toMatchObject({ status: 0, stdout: "No sessions.\n" });
    expect(ai.run(["usage", "stores"])).toMatchObject({ status: 0, stdout: expect.stringMatching(/claude +102 KB +8\n/) as string });
    expect(ai.json(["usage", "stores"])).toMatchObject({ stores: expect.arrayContaining([expect.objectContaining({ client: "codex", files: 4 })]) as object[], skipped: [] });
  });

  it("takes a price list from a file, and says what has no price", () => {
    using home = fixtureHome();
    const ai = terminal(home.path);
    expect(ai.run(["usage", "prices"])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Prices of \d{4}-\d\d-\d\d[\s\S]*Without a price: mock-model, 15k tokens/) as string });
    const list = join(home.path, "list.json");
    const price = { input: 1_000_000, output: 2_000_000, cacheRead: 100_000, cacheWrite5m: 1_000_000 };
    writeFileSync(list, JSON.stringify({ date: "2026-11-20", source: "ours", models: Object.fromEntries(["mock-model", "gpt-a", "gpt-b", "gpt-c", "gpt-d"].map((name) => [name, price])) }));
    expect(ai.json(["usage", "prices", "--refresh", list])).toMatchObject({ date: "2026-11-20", source: "ours", problems: [], unpriced: [], refreshed: { models: 5, changed: 5 } });
    // 3,131 of input, 303 of output at two, 10,900 read at a tenth, 300 written.
    expect(ai.json(["usage"])).toMatchObject({ totals: { unpricedTokens: 0, costMicros: 202_754 + 3_131 + 606 + 1_090 + 300 } });
    writeFileSync(list, '{"models": 7}');
    expect(ai.run(["usage", "prices", "--refresh", list])).toMatchObject({ status: 2, stderr: expect.stringContaining("not a price list of a known shape") as string });
    expect(ai.run(["usage", "prices", "--refresh", join(home.path, "none.json")])).toMatchObject({ status: 1, stderr: expect.stringContaining("There is no such file") as string });
    expect(ai.run(["usage", "prices"]).stdout).toContain("Prices of 2026-11-20 (ours)");
  });
});

describe("limits", () => {
  it("LOG-08 are inferred until Claude Code's status line says otherwise, and then reported", () => {
    using home = temporaryFolder();
    const project = join(home.path, "claude/projects/-home-ada-garden");
    mkdirSync(project, { recursive: true });
    const rows = [0, 1, 2].map((at) => `${JSON.stringify(claudeRow({ timestamp: new Date(Date.now() - 20 * hour + at * 600_000).toISOString(), tokens: { output_tokens: 5_000 } }))}\n`);
    writeFileSync(join(project, "s1.jsonl"), rows.join(""));
    const ai = terminal(home.path);
    const basis = () => ai.json<Limits>(["usage", "quota"]).windows.map(({ client, name, usedPercent, basis: is }) => [client, name, usedPercent, is]);
    expect(basis()).toEqual(expect.arrayContaining([["claude", "5h", 0, "inferred"], ["claude", "weekly", expect.any(Number) as number, "inferred"]]));
    expect(ai.run(["usage", "status-line"], fixtureText("inputs/statusline-early.json"))).toMatchObject({ status: 0, stdout: "Sonnet 5.5\n" });

    expect(ai.run(["usage", "status-line"], statusLine())).toMatchObject({ status: 0, stdout: "Sonnet 5.5 · 5h 42 % · weekly 81 %\n", stderr: "" });
    expect(basis()).toEqual([["claude", "weekly", 81, "reported"], ["claude", "5h", 42, "reported"]]);
    expect(ai.json<Limits>(["usage", "quota"]).binding).toMatchObject({ client: "claude", name: "weekly" });
    expect(ai.run(["usage", "quota"])).toMatchObject({ status: 0, stdout: expect.stringMatching(/claude weekly +81 % +reported +resets .*← first\nclaude 5h +42 % +reported +resets /) as string });
  });

  it("says so where no client was used", () => {
    using home = temporaryFolder();
    const ai = terminal(home.path);
    expect(ai.run(["usage", "quota"])).toMatchObject({ status: 0, stdout: "No client was used in the last five weeks.\n" });
    expect(ai.run(["usage"])).toMatchObject({ status: 0, stdout: expect.stringContaining("Nothing was used") as string });
    expect(ai.json(["usage", "quota"])).toEqual({ windows: [], binding: null });
  });
});

describe("at a terminal", () => {
  it("draws bars, and none where nobody looks", () => {
    using home = fixtureHome();
    const seen = atTerminal(scratchEnvironment(home.path), "usage --by client");
    expect(seen).toMatchObject({ status: 0, said: expect.stringMatching(/claude .*█{16}/) as string });
    expect(terminal(home.path).run(["usage", "--by", "client"]).stdout).not.toMatch(/[█▏▎▍▌▋▊▉\u001B]/);
  });

  it("shows how far a long first reading is, and once", () => {
    using folder = temporaryFolder();
    const tree = join(folder.path, "tree");
    mkdirSync(tree);
    generate(tree, { megabytes: 50, seed: 3 });
    const env = treeEnvironment(tree, join(folder.path, "paios"));
    const first = atTerminal(env, "usage --by client");
    expect(first.said).toMatch(/sessions \S*█.* \d+\/\d+ bytes of sessions read[\s\S]*MB of sessions read in [\d.]+ s; from now on only what is new/);
    expect(atTerminal(env, "usage --by client").said).not.toContain("of sessions read");
  });
});

it("says what it does not understand, with exit code 2", () => {
  using home = temporaryFolder();
  const ai = terminal(home.path);
  expect(ai.run(["usage", "--since", "yesterday"])).toMatchObject({ status: 2, stderr: expect.stringContaining("since is not a time. Write it as 2026-11-21") as string });
  expect(ai.run(["usage", "--timezone", "Mars/Base"])).toMatchObject({ status: 2, stderr: expect.stringContaining("timezone is none that this machine knows") as string });
  expect(ai.run(["usage", "--by", "hour"])).toMatchObject({ status: 2, stderr: expect.stringContaining("Allowed choices are day, week") as string });
  expect(ai.run(["usage", "status-line"], "")).toMatchObject({ status: 2, stderr: expect.stringContaining('"statusLine": {"type": "command"') as string });
  const failed = ai.run(["--json", "usage", "--since", "soon"]);
  expect([failed.status, JSON.parse(failed.stdout)]).toMatchObject([2, { error: { code: "bad_input" } }]);
});

function fixtureHome(): ReturnType<typeof temporaryFolder> {
  const home = temporaryFolder();
  copyFixtures(home.path);
  return home;
}

/** What the real one handed over, with windows that have not reset yet. */
function statusLine(): string {
  const said = JSON.parse(fixtureText("inputs/statusline.json")) as { rate_limits: Record<"five_hour" | "seven_day", { resets_at: number }> };
  said.rate_limits.five_hour.resets_at = Math.round((Date.now() + 2 * hour) / 1_000);
  said.rate_limits.seven_day.resets_at = Math.round((Date.now() + 70 * hour) / 1_000);
  return JSON.stringify(said);
}

/** util-linux' `script` gives the pseudo-terminal; what it shows is both outputs. */
function atTerminal(env: Record<string, string>, command: string): { status: number | null; said: string } {
  const { status, stdout } = spawnSync("script", ["-qec", `stty cols 120 rows 40; '${process.execPath}' '${entry}' ${command}`, "/dev/null"], { env: { ...env, TERM: "xterm" }, encoding: "utf8" });
  return { status, said: stdout };
}
