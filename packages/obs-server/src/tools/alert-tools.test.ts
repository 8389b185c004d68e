import type { Context } from "@paios/shared/tool";
import { afterEach, beforeEach, expect, it } from "vitest";
import { evaluateAlerts } from "../alerts/evaluate.ts";
import { storeResult } from "../health/results.ts";
import { type TestHome, testHome } from "../health/testing/home.ts";
import type { Obs } from "../obs.ts";
import obsAck from "./obs_ack.ts";
import obsAlerts from "./obs_alerts.ts";
import obsHealth from "./obs_health.ts";

const now = Date.UTC(2026, 10, 21, 12);

let home: TestHome;
let context: Context<Obs>;

beforeEach(() => {
  home = testHome();
  const span = { traceId: "", spanId: "", set: () => {}, event: () => {} };
  context = { state: home.obs, caller: { client: "test", way: "mcp", meta: {} }, signal: new AbortController().signal, span, now: () => now, progress: () => {} };
});
afterEach(() => home[Symbol.dispose]());

it("OBS-01 obs_health makes the checks that are due and reports them", async () => {
  home.obs.config.alerts.diskFreeMegabytes = 1e9;
  const report = await obsHealth.run({}, context);
  expect(obsHealth.output.parse(report)).toEqual(report);
  expect(report.status).toBe("fail");
  expect(report.checks.find(({ name }) => name === "disk")).toMatchObject({ kind: "resource", status: "fail", ageMs: 0 });
  expect(report.checks.map(({ name }) => name)).toEqual(expect.arrayContaining(["database:observability", "emit-server", "mcp", "config", "spool", "memory", "cpu"]));
});

it("obs_alerts lists what is open or was, and obs_ack takes note of it", async () => {
  for (const [name, at] of [["spool", now - 60_000], ["disk", now]] as const) {
    storeResult(home.obs.database, { name: "spool", kind: "resource", everyMs: 60_000 }, { status: name === "spool" ? "warn" : "ok", detail: "Events wait." }, at, 1);
    storeResult(home.obs.database, { name: "config", kind: "resource", everyMs: 60_000 }, { status: "fail", detail: "", parts: [{ name: "paios.json", status: "fail", detail: "Line 1." }] }, at, 1);
    evaluateAlerts(home.obs, at);
  }
  const open = await obsAlerts.run({}, context);
  expect(obsAlerts.output.parse(open)).toEqual(open);
  expect(open.alerts).toMatchObject([{ fingerprint: "config-corrupt:paios.json", state: "firing", severity: "critical", summary: "paios.json", detail: "Line 1.", since: "2026-11-21T11:59:00.000Z" }]);
  expect((await obsAlerts.run({ state: "all", limit: 1 }, context)).alerts).toHaveLength(1);
  expect((await obsAlerts.run({ state: "resolved" }, context)).alerts).toMatchObject([{ fingerprint: "spool-not-empty:spool", resolved: "2026-11-21T12:00:00.000Z" }]);
  const noted = await obsAck.run({ id: "all", silenceHours: 1 }, context);
  expect(obsAck.output.parse(noted)).toEqual(noted);
  expect(noted).toEqual({ acknowledged: [{ id: open.alerts[0]?.id, fingerprint: "config-corrupt:paios.json" }], silencedUntil: "2026-11-21T13:00:00.000Z" });
  expect((await obsAlerts.run({ state: "firing" }, context)).alerts).toMatchObject([{ acknowledgedBy: "test" }]);
  expect(() => obsAck.run({ id: 99 }, context)).toThrow("No open alert is called 99");
});
