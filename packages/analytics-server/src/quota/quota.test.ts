import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { claudeRow, codexLine, testTree, tokenCount } from "../testing/tree.ts";
import { forecast } from "./forecast.ts";
import { recordClaudeLimits } from "./record.ts";
import { quotaWindows } from "./windows.ts";

const now = Date.UTC(2026, 10, 20, 14, 0);
const hour = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString();
const project = ".claude/projects/p";

/** Claude's use: so many tokens of output every quarter of an hour of a stretch of hours. */
function use(fromMs: number, hours: number, output: number): object[] {
  return Array.from({ length: hours * 4 }, (_, at) => claudeRow({ timestamp: iso(fromMs + at * 900_000), tokens: { input_tokens: 0, output_tokens: output } }));
}

describe("LOG-08 limits that a provider reports", () => {
  it("Codex's, with the moment they will be used up at this pace, and which one blocks first", async () => {
    await using tree = testTree();
    const limits = (percent: number) => ({ limit_id: "codex", primary: { used_percent: percent, window_minutes: 300, resets_at: (now + 2.2 * hour) / 1_000 }, secondary: { used_percent: 31, window_minutes: 10_080, resets_at: (now + 80 * hour) / 1_000 } });
    // 60 % in not quite three hours, evenly: the other 40 % in not quite two.
    const lines = Array.from({ length: 12 }, (_, at) => tokenCount([0, 0, (at + 1) * 1_000], [0, 0, 1_000], iso(now - 3 * hour + at * 900_000 + 60_000), limits((at + 1) * 5)));
    tree.write(".codex/sessions/2026/11/20/rollout-a.jsonl", codexLine("session_meta", { id: "a" }), ...lines);
    await tree.refresh();
    const { windows, binding } = quotaWindows(tree.database, now);
    expect(windows).toHaveLength(2);
    expect(binding).toMatchObject({ client: "codex", name: "5h", usedPercent: 60, basis: "reported", resetsAt: iso(now + 2.2 * hour) });
    const until = (Date.parse(binding?.exhaustedAt ?? "") - now) / hour;
    expect(until).toBeGreaterThan(1.6);
    expect(until).toBeLessThan(2.1);
    expect(Date.parse(binding?.earliest ?? "")).toBeLessThanOrEqual(Date.parse(binding?.exhaustedAt ?? ""));
    expect(windows[1]).toMatchObject({ name: "weekly", usedPercent: 31 });
  });

  it("one that has reset since is not told as if it were so still", async () => {
    await using tree = testTree();
    tree.write(".codex/sessions/2026/11/20/rollout-a.jsonl", codexLine("session_meta", { id: "a" }), tokenCount([0, 0, 9], [0, 0, 9], iso(now - 9 * hour), { primary: { used_percent: 97, window_minutes: 300, resets_at: (now - 5 * hour) / 1_000 } }));
    await tree.refresh();
    expect(quotaWindows(tree.database, now).windows.map(({ name, usedPercent, basis }) => [name, usedPercent, basis])).toEqual([["5h", 0, "inferred"], ["weekly", 0, "inferred"]]);
  });

  it("Claude's status line and stream, as the real one wrote them; the same again is stored once", async () => {
    await using tree = testTree();
    const input = (name: string) => readFileSync(join(import.meta.dirname, "../testing/fixtures/inputs", name), "utf8");
    const at = Date.UTC(2026, 10, 21, 17);
    const said = JSON.parse(input("statusline.json")) as unknown;
    expect(recordClaudeLimits(tree.database, said, at)).toMatchObject([{ name: "5h", usedPercent: 42 }, { name: "weekly", usedPercent: 81 }]);
    recordClaudeLimits(tree.database, said, at + 1_000);
    expect(tree.database.prepare("SELECT count(*) FROM limit_report").pluck().get()).toBe(2);
    expect(recordClaudeLimits(tree.database, JSON.parse(input("statusline-early.json")), at)).toEqual([]);
    const event = input("stream.jsonl").split("\n").find((line) => line.includes("unifiedWindows")) ?? "{}";
    expect(recordClaudeLimits(tree.database, JSON.parse(event), at + 2_000)).toMatchObject([{ name: "5h" }, { name: "weekly" }]);
    expect(quotaWindows(tree.database, at + 3_000).windows.map(({ client, name, basis }) => [client, name, basis])).toEqual([["claude", "weekly", "reported"], ["claude", "5h", "reported"]]);
  });

  it.each([null, 7, "x", [], { rate_limits: 5 }, { rate_limits: { five_hour: { used_percentage: "many" }, constructor: {} } }])("takes %j for no limits", async (said) => {
    await using tree = testTree();
    expect(recordClaudeLimits(tree.database, said, now)).toEqual([]);
  });
});

describe("LOG-08 limits that are inferred, and say so", () => {
  it("against the largest window before, with a forecast", async () => {
    await using tree = testTree();
    tree.write(`${project}/s.jsonl`, ...use(now - 50 * hour, 5, 500), ...use(now - 3 * hour, 3, 500));
    await tree.refresh();
    const { windows, binding } = quotaWindows(tree.database, now);
    expect(windows.map(({ name, usedPercent, basis, resetsAt }) => [name, usedPercent, basis, resetsAt])).toEqual([
      ["5h", 60, "inferred", iso(now + 2 * hour)],
      ["weekly", 0, "inferred", iso(now - 50 * hour + 168 * hour)],
    ]);
    expect(binding).toMatchObject({ name: "5h", from: "its use, against the largest window of five weeks" });
  });

  it("against the window in which it was refused", async () => {
    await using tree = testTree();
    const refused = claudeRow({ timestamp: iso(now - 49.2 * hour), message: { model: "<synthetic>" }, quotaLimits: { status: "rejected", rateLimitType: "five_hour", resetsAt: (now - 45 * hour) / 1_000 } });
    tree.write(`${project}/s.jsonl`, ...use(now - 80 * hour, 5, 9_000), ...use(now - 50 * hour, 1, 1_000), refused, ...use(now - hour, 1, 500));
    await tree.refresh();
    expect(quotaWindows(tree.database, now).windows.find(({ name }) => name === "5h")).toMatchObject({ usedPercent: 50, basis: "inferred", from: "its use, against the window in which it was refused" });
  });

  it("nothing was used: no windows", async () => {
    await using tree = testTree();
    await tree.refresh();
    expect(quotaWindows(tree.database, now)).toEqual({ windows: [], binding: null });
  });

  it("an empty window is no binding one", async () => {
    await using tree = testTree();
    tree.write(`${project}/s.jsonl`, ...use(now - 200 * hour, 1, 10));
    await tree.refresh();
    expect(quotaWindows(tree.database, now)).toMatchObject({ windows: [{ usedPercent: 0 }, { usedPercent: 0 }], binding: null });
  });
});

describe("forecast", () => {
  it("four of five paths of a random walk end within its interval", () => {
    let seed = 7;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const steps = () => (random() < 0.4 ? 0 : random() * 5);
    const sample = Array.from({ length: 5_000 }, steps);
    const mean = sample.reduce((sum, value) => sum + value, 0) / sample.length;
    const variance = sample.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sample.length;
    const ahead = forecast(60, { mean, variance }, 0);
    const ends = Array.from({ length: 2_000 }, () => {
      let slots = 0;
      for (let used = 0; used < 60; slots++) used += steps();
      return slots * 900_000;
    });
    const within = ends.filter((end) => end >= (ahead?.earliestMs ?? 0) && end <= (ahead?.latestMs ?? 0)).length / ends.length;
    expect(within).toBeGreaterThan(0.75);
    expect(within).toBeLessThan(0.9);
  });

  it("knows nothing where nothing is used", () => {
    expect(forecast(50, { mean: 0, variance: 0 }, 0)).toBeUndefined();
  });
});
