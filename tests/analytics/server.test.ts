import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "@paios/shared/client";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { groupsOf } from "../../bench/analytics/compare.ts";
import { generate } from "../../bench/analytics/generate.ts";
import type { Truth } from "../../bench/analytics/truth.ts";
import server from "../../packages/analytics-server/src/server.ts";
import { type RunningKb, start, wait } from "../storage/rig.ts";
import { copyFixtures, entry, expected, groups, startAnalytics, sumsOf, type Told, treeEnvironment } from "./rig.ts";
import { asNobody, copyOfServer, mounted, nobody } from "../storage/mounted.ts";

const zone = "Europe/Berlin";

it("every tool answers what its schema says, and nothing else", async () => {
  using home = temporaryFolder();
  copyFixtures(home.path);
  const analytics = await startAnalytics(scratchEnvironment(home.path));
  const inputs: Record<string, object> = { analytics_usage: { groupBy: "client" }, analytics_tools: { mcpServer: "test" }, analytics_sessions: { project: "project", limit: 3 } };
  const answers: Record<string, Record<string, unknown>> = {};
  for (const { name, output } of server.tools) {
    const answer = await analytics.ok(name, { ...inputs[name] });
    expect(output.parse(answer), name).toEqual(answer);
    answers[name] = answer;
  }
  expect(groups(await analytics.ok<Told>("analytics_usage", { groupBy: "client" }))).toEqual({ claude: expected.claude.totals, codex: expected.codex.totals, openclaw: expected.openclaw.totals });
  expect(answers).toMatchObject({
    analytics_sessions: { sessions: [{ client: "openclaw", unpriced: true, unpricedTokens: 4_100, costMicros: 0 }, { client: "codex" }, { client: "codex" }] },
    analytics_tools: { tools: [{ tool: "test_echo", mcpServer: "test", calls: 2, errors: 0 }] },
    analytics_quota: { windows: expect.any(Array) as object[] },
    analytics_cost: { totalMicros: 202_754, unpriced: [{ model: "mock-model", tokens: 14_634 }], prices: { problems: [] } },
    analytics_stores: { stores: [{ files: expect.any(Number) as number }, {}, {}], skipped: [], problems: [] },
  });
  expect((await analytics.call("analytics_usage", { groupBy: "day", since: "soon" })).failure).toContain("since is not a time");
  expect((await analytics.call("analytics_usage", { groupBy: "day", timezone: "Mars/Base" })).failure).toContain("timezone is none that this machine knows");
  await analytics.stop();
});

it("settings: a zone and a price of one's own count, LOG-03 a store above its limit is warned about, and a wrong setting is named", async () => {
  using home = temporaryFolder();
  copyFixtures(home.path);
  mkdirSync(join(home.path, "paios"));
  const write = (analytics: object) => writeFileSync(join(home.path, "paios", "paios.json"), JSON.stringify({ analytics }));
  write({ timezone: "Asia/Tokyo", prices: { "mock-model": { input: 1, output: 2, cacheRead: 0.1, cacheWrite5m: 1 } }, storeMegabytes: 1 });
  // A store of over a megabyte.
  writeFileSync(join(home.path, "claude", "projects", "notes.txt"), Buffer.alloc(2 << 20));
  const analytics = await startAnalytics(scratchEnvironment(home.path));
  expect(await analytics.ok("analytics_usage", { groupBy: "day" })).toMatchObject({ timezone: "Asia/Tokyo", rows: [{ key: "2026-11-22" }], totals: { unpricedTokens: 0, costMicros: 202_754 + 5_127 } });
  const { stores } = await analytics.ok<{ stores: { client: string; warning?: string }[] }>("analytics_stores", {});
  expect(stores.map(({ client, warning }) => [client, warning?.startsWith("Over the limit of 1 MB.") ?? false])).toEqual([["claude", true], ["codex", false], ["openclaw", false]]);
  await analytics.stop();
  write({ storeMegabytes: "many" });
  const again = await startAnalytics(scratchEnvironment(home.path));
  expect(await again.ok("analytics_stores", {})).toMatchObject({ problems: [expect.stringMatching(/paios\.json:1: analytics\.storeMegabytes: /) as string] });
  await again.stop();
});

it("INFRA-04 three processes that open a new home in the same millisecond: none is locked out", async () => {
  using folder = temporaryFolder();
  const args = [join(import.meta.dirname, "open-together.ts"), folder.path, String(Date.now() + 1_500), "40"];
  const ended = await Promise.all([1, 2, 3].map(() => start(args, scratchEnvironment(folder.path)).ended));
  expect(ended.map(({ stdout, stderr }) => stdout || stderr)).toEqual(["[]", "[]", "[]"]);
});

describe("a tree of 60 MB", () => {
  const folder = temporaryFolder();
  const tree = join(folder.path, "tree");
  let truth: Truth;
  beforeAll(() => {
    mkdirSync(tree);
    truth = generate(tree, { megabytes: 60, seed: 26 });
  });
  afterAll(() => folder[Symbol.dispose]());

  /** Every group of every grouping, as the generator made it. */
  async function expectTruth(analytics: RunningKb): Promise<void> {
    for (const [groupBy, wanted] of Object.entries(groupsOf(truth, zone))) {
      const told = await analytics.ok<Told>("analytics_usage", { groupBy, timezone: zone });
      expect(sumsOf(told.totals), groupBy).toEqual(truth.total);
      expect(groups(told), groupBy).toEqual(wanted);
    }
  }

  it("the first call tells how far it is, where it was asked to, and the second has nothing to tell", async () => {
    using home = temporaryFolder();
    const client = await connect({ command: process.execPath, args: [entry], env: treeEnvironment(tree, home.path) });
    const told: [number, number][] = [];
    const onProgress = (done: number, total = 0) => void told.push([done, total]);
    const answer = await client.call<Told>("analytics_usage", { groupBy: "client" }, { onProgress });
    expect(sumsOf(answer.totals)).toEqual(truth.total);
    const [, total] = told[0] ?? [0, 0];
    expect(told.length).toBeGreaterThan(5);
    expect(total).toBeGreaterThan(20);
    // The protocol wants each to be more than the last.
    expect(told.filter(([done], at) => done <= (told[at - 1]?.[0] ?? -1) || done > total)).toEqual([]);
    expect(new Set(told.map(([, of]) => of))).toEqual(new Set([total]));
    const count = told.length;
    await client.call("analytics_usage", { groupBy: "client" }, { onProgress });
    expect(told).toHaveLength(count);
    await client.close();
  });

  it("INFRA-04 two servers at once on one home count everything once", async () => {
    using home = temporaryFolder();
    const env = treeEnvironment(tree, home.path);
    const both = await Promise.all([startAnalytics(env), startAnalytics(env)]);
    const answers = await Promise.all(both.map((each) => each.ok<Told>("analytics_usage", { groupBy: "client" })));
    expect(answers.map((answer) => sumsOf(answer.totals)), "neither answers before all is counted").toEqual([truth.total, truth.total]);
    for (const each of both) await expectTruth(each);
    for (const each of both) await each.stop();
  });

  it("a first index that is killed −9 again and again goes on where it was, and every number is the truth's", async () => {
    using home = temporaryFolder();
    const env = treeEnvironment(tree, home.path);
    let killed = 0;
    for (let round = 0; round < 8; round++) {
      const before = requestsIn(home.path);
      const analytics = await startAnalytics(env);
      let answered = false;
      const call = analytics.call("analytics_usage", { groupBy: "client" }).then(() => (answered = true), () => {});
      // One more transaction is in; the next one is being made.
      while (!answered && requestsIn(home.path) <= before) await wait(2);
      await wait(Math.random() * 20);
      analytics.kill("SIGKILL");
      await Promise.all([call, analytics.ended]);
      if (!answered) killed++;
    }
    expect(killed).toBeGreaterThan(3);
    expect(requestsIn(home.path)).toBeLessThanOrEqual(truth.total.messages);
    const analytics = await startAnalytics(env);
    await expectTruth(analytics);
    for (const [client, wanted] of Object.entries(truth.tools)) expect(await toolsOf(analytics, client), client).toEqual(wanted);
    await analytics.stop();
    expect(new Database(join(home.path, "analytics.sqlite"), { readonly: true }).pragma("integrity_check", { simple: true })).toBe("ok");
  });

  describe("storage", () => {
    it("a full disk is said in one sentence, in the middle of the first index too, and forgotten when there is room", async (context) => {
      using outside = temporaryFolder();
      using disk = mounted(context, join(outside.path, "paios"), "size=1m");
      const env = { ...treeEnvironment(tree, outside.path), PAIOS_HOME: disk.path };
      const sentence = `The disk that holds ${join(disk.path, "analytics.sqlite")} is full; nothing was stored. Free some space and try again.`;
      const filler = join(disk.path, "filler");
      const { bfree, bsize } = statfsSync(disk.path);
      writeFileSync(filler, Buffer.alloc(bfree * bsize));
      const analytics = await startAnalytics(env);
      expect((await analytics.call("analytics_usage", { groupBy: "day" })).failure).toBe(sentence);
      expect(await analytics.ping()).toBe(true);
      rmSync(filler);
      expect((await analytics.call("analytics_usage", { groupBy: "day" })).failure, "1 MB does not hold this tree").toBe(sentence);
      expect((await analytics.call("analytics_quota", {})).failure).toBe(sentence);
      expect(await analytics.ping()).toBe(true);
      disk.remount("size=64m");
      await expectTruth(analytics);
      await analytics.stop();
    });

    it("a home mounted read-only is named, and works again when it is not", async (context) => {
      using outside = temporaryFolder();
      using disk = mounted(context, join(outside.path, "paios"), "size=64m");
      const env = { ...treeEnvironment(tree, outside.path), PAIOS_HOME: disk.path };
      disk.remount("ro");
      const analytics = await startAnalytics(env);
      const denied = /analytics\.sqlite cannot be (opened|written): .*Check its permissions, or set PAIOS_HOME to a folder of yours\.$/;
      expect((await analytics.call("analytics_usage", { groupBy: "day" })).failure).toMatch(denied);
      expect(await analytics.ping()).toBe(true);
      disk.remount("rw");
      await expectTruth(analytics);
      await analytics.stop();
      disk.remount("ro");
      const reader = await startAnalytics(env);
      const { failure } = await reader.call("analytics_usage", { groupBy: "day" });
      if (failure !== undefined) expect(failure).toMatch(denied);
      expect(await reader.ping()).toBe(true);
      await reader.stop();
    });

    it.runIf(process.getuid?.() === 0)("a home of another user is named, and works when it is given", async () => {
      using outside = temporaryFolder();
      for (const path of [outside.path, folder.path]) chmodSync(path, 0o755);
      const home = join(outside.path, "paios");
      mkdirSync(home);
      const env = { ...treeEnvironment(tree, home), PAIOS_TEST_ENTRY: copyOfServer(entry, outside.path) };
      const analytics = await startAnalytics(env, asNobody);
      expect((await analytics.call("analytics_usage", { groupBy: "day" })).failure).toBe(`${join(home, "analytics.sqlite")} cannot be opened: no permission, or its folder cannot be written. Check its permissions, or set PAIOS_HOME to a folder of yours.`);
      expect(await analytics.ping()).toBe(true);
      chownSync(home, nobody, nobody);
      await expectTruth(analytics);
      await analytics.stop();
    });
  });
});


/** What is stored by now. */
function requestsIn(home: string): number {
  const path = join(home, "analytics.sqlite");
  if (!existsSync(path)) return 0;
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare<[], number>("SELECT count(*) FROM request").pluck().get() ?? 0;
  } catch {
    return 0;
  } finally {
    database.close();
  }
}

/** By the names that the client has for them. */
async function toolsOf(analytics: RunningKb, client: string): Promise<Record<string, { calls: number; errors: number }>> {
  const { tools } = await analytics.ok<{ tools: { tool: string; mcpServer?: string; calls: number; errors: number }[] }>("analytics_tools", { client });
  return Object.fromEntries(tools.map(({ tool, mcpServer, calls, errors }) => [mcpServer ? `mcp__${mcpServer}__${tool}` : tool, { calls, errors }]));
}
