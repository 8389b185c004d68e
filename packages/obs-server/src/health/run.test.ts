import { setTimeout as wait } from "node:timers/promises";
import { UserError } from "@paios/shared/errors";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Check, Outcome } from "./check.ts";
import { healthReport } from "./report.ts";
import { runChecks } from "./run.ts";
import { type TestHome, testHome } from "./testing/home.ts";

const now = Date.UTC(2026, 10, 21);

let home: TestHome;

beforeEach(() => {
  home = testHome();
});
afterEach(() => home[Symbol.dispose]());

function check(name: string, probe: Check["probe"], timeoutMs = 1_000): Check {
  return { name, kind: "service", everyMs: 15_000, timeoutMs, probe };
}

const well: Outcome = { status: "ok", detail: "Well." };
const statuses = (at: number) => Object.fromEntries(healthReport(home.obs, at).checks.map(({ name, status }) => [name, status]));

it("a probe that hangs, throws or ignores its signal has failed, in our own words", async () => {
  const checks = [
    check("hangs", (_context, signal) => wait(60_000, well, { signal }), 50),
    check("ignores", () => new Promise<Outcome>(() => {}), 50),
    check("throws", () => Promise.reject(new Error("foreign words"))),
    check("code", () => Promise.reject(Object.assign(new Error("foreign words"), { code: "ECONNRESET" }))),
    check("explains", () => {
      throw new UserError("config", "The key is missing. Add it.");
    }),
  ];
  await runChecks(home.obs, { now, checks });
  expect(Object.fromEntries(healthReport(home.obs, now).checks.map(({ name, status, detail }) => [name, `${status} ${detail}`]))).toEqual({
    hangs: "fail Timed out: no answer within 0.05 s.",
    ignores: "fail Timed out: no answer within 0.05 s.",
    throws: "fail It could not be checked (unexpected answer).",
    code: "fail It could not be checked (ECONNRESET).",
    explains: "fail The key is missing. Add it.",
  });
});

it("a result that is too old is unknown, and all is not ok then", async () => {
  expect(healthReport(home.obs, now)).toEqual({ status: "unknown", checks: [] });
  const checks = [check("a", () => well), { ...check("b", () => well), everyMs: 3_600_000 }];
  await runChecks(home.obs, { now, checks });
  expect(healthReport(home.obs, now + 20_000)).toMatchObject({ status: "ok", checks: [{ name: "a", ageMs: 20_000 }, { name: "b" }] });
  expect(healthReport(home.obs, now + 61_000)).toMatchObject({ status: "degraded", checks: [{ name: "a", status: "unknown", detail: "Not checked for 61 s; it was ok then." }, { name: "b", status: "ok" }] });
  expect(healthReport(home.obs, now + 36_000_000)).toMatchObject({ status: "unknown" });
  expect(healthReport(home.obs, now - 600_000)).toMatchObject({ status: "unknown" });
});

it("only what is due is made, four at a time, and again after the clock went back", async () => {
  let made = 0;
  let running = 0;
  let most = 0;
  const checks = Array.from({ length: 9 }, (_, n) =>
    check(`c${n}`, async () => {
      made++;
      most = Math.max(most, ++running);
      await wait(5);
      running--;
      return well;
    }),
  );
  const madeAt = async (at: number) => {
    const before = made;
    await runChecks(home.obs, { now: at, checks });
    return made - before;
  };
  expect([await madeAt(now), await madeAt(now + 5_000), await madeAt(now + 15_000), await madeAt(now - 3_600_000)]).toEqual([9, 0, 9, 9]);
  expect(most).toBe(4);
  await runChecks(home.obs, { now: now - 3_600_000, checks, only: ["c1"] });
  expect(made).toBe(28);
});

it("parts come and go with their check, and stay when it could not be made", async () => {
  const checks = (outcome: () => Outcome) => [check("mcp", outcome)];
  await runChecks(home.obs, { now, checks: checks(() => ({ status: "warn", detail: "", parts: [{ name: "kb", status: "warn", detail: "" }] })) });
  expect(statuses(now)).toEqual({ mcp: "warn", "mcp:kb": "warn" });
  const broken = () => {
    throw new Error("x");
  };
  await runChecks(home.obs, { now: now + 15_000, checks: checks(broken) });
  expect(statuses(now + 15_000)).toEqual({ mcp: "fail", "mcp:kb": "warn" });
  await runChecks(home.obs, { now: now + 30_000, checks: checks(() => ({ ...well, parts: [] })) });
  expect(statuses(now + 30_000)).toEqual({ mcp: "ok" });
});

it("who ends the run leaves no failed checks behind", async () => {
  const ended = new AbortController();
  const running = runChecks(home.obs, { now, checks: [check("slow", (_context, signal) => wait(60_000, well, { signal }))], signal: ended.signal });
  ended.abort();
  await running;
  expect(statuses(now)).toEqual({});
});

it("two processes may run the checks at once", async () => {
  const checks = Array.from({ length: 6 }, (_, n) => check(`c${n}`, () => wait(2, well)));
  await Promise.all([runChecks(home.obs, { now, checks }), runChecks(home.another(), { now, checks })]);
  expect(Object.values(statuses(now))).toEqual(Array.from({ length: 6 }, () => "ok"));
});
