import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Claim, claimNext, claimNow, leaseMs } from "./claim.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { history } from "./list.ts";
import { loadJobs } from "./registry.ts";
import { finish, freeCutRuns, renewLeases, type SeenOver } from "./settle.ts";
import { type Rig, rig } from "./testing/rig.ts";

const start = Date.UTC(2026, 10, 21, 12);
const slot = start + 60_000;
let r: Rig;
let other: Heartbeat;

beforeEach(async () => {
  r = rig(start);
  await loadJobs(r.heartbeat, r.table([{ name: "job", schedule: "* * * * *" }]), start);
  other = r.another();
});
afterEach(() => r[Symbol.dispose]());

const claim = (heartbeat: Heartbeat, now = slot) => claimNext(heartbeat, { now, jobs: new Set(["job"]) });
const runs = () => history(r.heartbeat, "job", 10);

function claimed(heartbeat: Heartbeat, now?: number): Claim {
  const found = claim(heartbeat, now);
  if (!found) throw new Error("nothing was claimed");
  return found;
}

it("a slot has one owner, and its end is written by it alone", () => {
  const first = claimed(r.heartbeat);
  expect(claim(other)).toBeUndefined();
  expect(finish(other, first, { state: "done", note: "" }, slot)).toBe(false);
  expect(finish(r.heartbeat, first, { state: "done", note: "well" }, slot + 5)).toBe(true);
  expect(finish(r.heartbeat, first, { state: "failed", note: "" }, slot + 9)).toBe(false);
  expect(runs()).toMatchObject([{ status: "done", attempt: 1, tookMs: 5, note: "well", key: `job@${new Date(slot).toISOString()}` }]);
});

it("a slot that is in the ledger is not claimed again when the schedule is set back", () => {
  finish(r.heartbeat, claimed(r.heartbeat), { state: "done", note: "" }, slot);
  r.heartbeat.database.prepare("UPDATE job SET next_at = ?").run(slot);
  expect(claim(other)).toBeUndefined();
  expect(claim(other, slot + 60_000)).toMatchObject({ slot: slot + 60_000 });
});

it("run now stands beside the schedule and does not overlap", () => {
  const now = claimNow(r.heartbeat, "job", start + 1);
  expect(now).toMatchObject({ slot: start + 1, attempt: 1 });
  expect([claimNow(other, "job", start + 2), claim(other), claimNow(other, "none", start)]).toEqual(["running", undefined, "unknown"]);
  finish(r.heartbeat, now as Claim, { state: "done", note: "" }, start + 3);
  expect(claim(other)).toMatchObject({ slot });
});

describe("a run whose process is gone", () => {
  /** The ledger as a process left it that was killed. */
  async function killed(): Promise<{ pid: number; start: string }> {
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    await once(child, "spawn");
    const pid = child.pid ?? 0;
    child.kill("SIGKILL");
    await once(child, "close");
    return { pid, start: "" };
  }

  it("is run again at once, under the same key and as the next attempt", async () => {
    const gone = await killed();
    claimed({ ...r.heartbeat, owner: { ...r.heartbeat.owner, id: "gone", ...gone } });
    expect(freeCutRuns(other, { now: slot + 1, monotonic: 0, seen: new Map() })).toEqual(["job"]);
    expect(runs()).toMatchObject([{ status: "cut", attempt: 1 }]);
    expect(claim(other, slot + 2)).toMatchObject({ slot, attempt: 2, key: `job@${new Date(slot).toISOString()}` });
  });

  it("is found though another process has its pid now", () => {
    claimed({ ...r.heartbeat, owner: { ...r.heartbeat.owner, id: "gone", start: "another boot:1" } });
    expect(freeCutRuns(other, { now: slot + 1, monotonic: 0, seen: new Map() })).toEqual(["job"]);
  });

  it("is given up on after three", () => {
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(claimed({ ...r.heartbeat, owner: { ...r.heartbeat.owner, id: `gone ${attempt}`, start: "another boot" } })).toMatchObject({ slot, attempt });
      freeCutRuns(other, { now: slot, monotonic: 0, seen: new Map() });
    }
    expect(runs()).toMatchObject([{ status: "failed", attempt: 3, note: "The process that ran it ended 3 times." }]);
  });
});

describe("a lease", () => {
  const look = (now: number, monotonic: number, seen: SeenOver) => freeCutRuns(other, { now, monotonic, seen });

  it("that is over after a sleep is not taken from a process that is there", () => {
    claimed(r.heartbeat);
    const seen: SeenOver = new Map();
    const woken = slot + 8 * 3_600_000;
    expect(look(woken, 1_000, seen)).toEqual([]);
    renewLeases(r.heartbeat, woken + 10);
    expect(look(woken + 20, 2_000, seen)).toEqual([]);
    expect(look(woken + leaseMs - 10, leaseMs + 2_000, seen)).toEqual([]);
    expect(seen.size).toBe(0);
  });

  it("that nobody renews is taken, and the one who comes back has lost it", () => {
    const lost = claimed(r.heartbeat);
    const seen: SeenOver = new Map();
    const late = slot + leaseMs + 1;
    expect([look(late, 0, seen), look(late + leaseMs - 1, leaseMs - 1, seen), look(late + leaseMs, leaseMs, seen)]).toEqual([[], [], ["job"]]);
    const next = claimed(other, late + leaseMs);
    expect(next).toMatchObject({ slot, attempt: 2 });
    expect(finish(r.heartbeat, lost, { state: "done", note: "" }, late)).toBe(false);
    expect(finish(other, next, { state: "done", note: "" }, late)).toBe(true);
  });

  it("from a clock that was ahead counts as over", () => {
    claimed(r.heartbeat, slot + 8 * 3_600_000);
    const seen: SeenOver = new Map();
    expect([look(slot, 0, seen), look(slot, leaseMs, seen)]).toEqual([[], ["job"]]);
  });
});
