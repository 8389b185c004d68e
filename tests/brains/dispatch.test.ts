import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execPath } from "node:process";
import { createInterface } from "node:readline";
import { openDatabase } from "@paios/shared/sqlite";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { admit, readBreaker, recordFailure } from "../../packages/brains/src/dispatch/breaker.ts";
import { systemClock } from "../../packages/brains/src/dispatch/clock.ts";
import { takePlace } from "../../packages/brains/src/dispatch/lease.ts";
import { dispatchMigrations } from "../../packages/brains/src/dispatch/schema.ts";
import { rig } from "../../packages/brains/src/dispatch/testing/rig.ts";
import { BrainFailure } from "../../packages/brains/src/failure.ts";

const codex = { provider: "provider of codex", credential: "key", pool: "default" };

it("LOG-07 twenty tasks of two processes on a limit of 2 never run 3 at once, and each in its turn", async () => {
  using folder = temporaryFolder();
  const database = openDatabase({ path: join(folder.path, "router.sqlite"), migrations: dispatchMigrations });
  database.exec("CREATE TABLE turn (n INTEGER PRIMARY KEY, ticket INTEGER); CREATE TRIGGER turns AFTER UPDATE OF state ON place BEGIN INSERT INTO turn (ticket) VALUES (new.ticket); END");
  const outcomes = await Promise.all([start(folder.path, "twenty"), start(folder.path, "twenty")].map(({ outcome }) => outcome()));
  expect(outcomes).toEqual([{ succeeded: 10, failed: 0 }, { succeeded: 10, failed: 0 }]);
  const { most, begun } = overlap(folder.path);
  expect([most, begun.length, new Set(begun).size]).toEqual([2, 20, 2]);
  const tickets = database.prepare<[], number>("SELECT ticket FROM turn ORDER BY n").pluck().all();
  // Of two that have their place at the same moment either may be first.
  expect(tickets.filter((ticket, at) => ticket > at + 2)).toEqual([]);
  expect([...tickets].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  database.close();
});

it("LOG-07 nor do forty short tasks of four processes that all ask at the same moments", async () => {
  using folder = temporaryFolder();
  const outcomes = await Promise.all([1, 2, 3, 4].map(() => start(folder.path, "crowd").outcome()));
  expect(outcomes).toEqual(outcomes.map(() => ({ succeeded: 10, failed: 0 })));
  expect(overlap(folder.path)).toMatchObject({ most: 2, begun: { length: 40 } });
});

it("LOG-07 the place of a killed process is free at once, and that of one that stands still after 10 s", async () => {
  using folder = temporaryFolder();
  using all = rig(folder.path, { limits: { codex: 1 }, clock: systemClock });
  const waits: number[] = [];
  for (const signal of ["SIGKILL", "SIGSTOP"] as const) {
    const holder = start(folder.path, "hold");
    await holder.said("running");
    const place = takePlace(all.board, "codex");
    await systemClock.wait(500);
    holder.child.kill(signal);
    const got = await place;
    waits.push(got?.waitedMs ?? NaN);
    got?.release();
    holder.child.kill("SIGKILL");
  }
  expect(waits[0]).toBeGreaterThan(500);
  expect(waits[0]).toBeLessThan(3_000);
  expect(waits[1]).toBeGreaterThan(10_000);
  expect(waits[1]).toBeLessThan(14_000);
});

it("LOG-07 a process that is slow but alive keeps its place for longer than 10 s", async () => {
  using folder = temporaryFolder();
  using all = rig(folder.path, { limits: { codex: 1 }, clock: systemClock });
  const holder = start(folder.path, "hold");
  await holder.said("running");
  expect(await takePlace(all.board, "codex", { waitMs: 13_000 })).toBeUndefined();
  holder.child.kill("SIGKILL");
});

it.each(["billing", "transient"] as const)("LOG-06 four processes that meet a %s failure at once make one alert", async (kind) => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "log"), "");
  const children = [1, 2, 3, 4].map(() => start(folder.path, kind));
  await Promise.all(children.map((each) => each.said("running")));
  for (const { child } of children) child.stdin?.write("now\n");
  await Promise.all(children.map(({ child }) => (kind === "billing" ? once(child, "close") : alerted(folder.path))));
  for (const { child } of children) child.kill("SIGKILL");
  expect(lines(folder.path)).toEqual([`alert ${kind}`]);
});

it("a half-open breaker has one probe among four processes, and the others go when it answered", async () => {
  using folder = temporaryFolder();
  using all = rig(folder.path, { clock: systemClock });
  openFor(all.board, 1_500);
  const children = [1, 2, 3, 4].map(() => start(folder.path, "ask"));
  expect(await Promise.all(children.map(({ outcome }) => outcome()))).toEqual(children.map(() => ({ succeeded: 1, failed: 0 })));
  const [first, second, ...others] = lines(folder.path);
  expect([first?.split(" ")[0], second?.split(" ")[0], first?.split(" ")[1] === second?.split(" ")[1]]).toEqual(["begin", "end", true]);
  expect(others.filter((line) => line.startsWith("begin")).length).toBe(3);
  expect(readBreaker(all.board, codex).state).toBe("closed");
});

it("the probe of a killed process is free for the next", async () => {
  using folder = temporaryFolder();
  using all = rig(folder.path, { clock: systemClock });
  openFor(all.board, 200);
  const holder = start(folder.path, "hold");
  await holder.said("running");
  expect(admit(all.board, codex)).toMatchObject({ open: true, probing: true });
  holder.child.kill("SIGKILL");
  await once(holder.child, "close");
  expect(admit(all.board, codex)).toMatchObject({ open: false, probe: expect.stringContaining(all.board.holder.id) as string });
});

it("INTEG-01 of 500 calls of two processes, a fifth of the tries failing, at least 99 % succeed", async () => {
  using folder = temporaryFolder();
  const outcomes = await Promise.all([start(folder.path, "faults"), start(folder.path, "faults")].map(({ outcome }) => outcome()));
  const sum = (what: string) => outcomes.reduce((all, each) => all + Number(each[what]), 0);
  expect(sum("succeeded") + sum("failed")).toBe(500);
  expect(sum("tries")).toBeGreaterThan(570);
  expect(sum("succeeded")).toBeGreaterThanOrEqual(495);
});

function openFor(board: Parameters<typeof recordFailure>[0], ms: number): void {
  recordFailure(board, codex, new BrainFailure("limit", "Used up.", { retryAt: Date.now() + ms }), { probe: "", brain: "codex", model: undefined });
}

interface Started {
  child: ChildProcess;
  said: (word: string) => Promise<void>;
  /** Its last line. */
  outcome: () => Promise<Record<string, unknown>>;
}

function start(folder: string, job: string): Started {
  const child = spawn(execPath, [join(import.meta.dirname, "dispatch-child.ts"), folder, job], { stdio: ["pipe", "pipe", "inherit"] });
  const heard: string[] = [];
  const input = createInterface({ input: child.stdout });
  input.on("line", (line) => heard.push(line));
  const closed = once(input, "close");
  const said = async (word: string) => {
    while (!heard.includes(word)) {
      if (child.exitCode !== null) throw new Error(`The child ended and had not said "${word}"`);
      await systemClock.wait(20);
    }
  };
  const outcome = async () => {
    await closed;
    return JSON.parse(heard.at(-1) ?? "{}") as Record<string, unknown>;
  };
  return { child, said, outcome };
}

async function alerted(folder: string): Promise<void> {
  while (lines(folder).length === 0) await systemClock.wait(50);
  // Time for a second one.
  await systemClock.wait(1_000);
}

function lines(folder: string): string[] {
  return readFileSync(join(folder, "log"), "utf8").split("\n").filter(Boolean);
}

/** How many ran at once at most, and who began, in order. */
function overlap(folder: string): { most: number; begun: string[] } {
  let running = 0;
  let most = 0;
  const begun: string[] = [];
  for (const [what, pid = ""] of lines(folder).map((line) => line.split(" "))) {
    running += what === "begin" ? 1 : -1;
    most = Math.max(most, running);
    if (what === "begin") begun.push(pid);
  }
  return { most, begun };
}
