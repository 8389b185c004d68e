import { UserError } from "@paios/shared/errors";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { reserve, spending, spentToday } from "./cap.ts";
import { rig } from "./testing/rig.ts";

const dollar = 1_000_000;

it("refuses a run that would pass the day's cap, and says what is left; the next day is new", () => {
  using folder = temporaryFolder();
  using all = rig(folder.path, { cap: { dayMicros: dollar } });
  const { board, clock } = all;
  for (const task of ["a", "b"]) reserve(board, { task, brain: "claude" }).settle(0.4 * dollar);
  expect(spending(board, "a")).toEqual({ dayMicros: 0.8 * dollar, taskMicros: 0.4 * dollar, dayLeftMicros: 0.2 * dollar, taskLeftMicros: undefined });
  expect(() => reserve(board, { task: "c", brain: "claude" })).toThrow(new UserError("refused", "Today's spending cap of $1.00 would be passed: $0.20 is left and a run costs about $0.40. Raise the cap in paios.json, or ask again tomorrow."));
  expect(spentToday(board, "claude")).toBe(0.8 * dollar);
  clock.time += 24 * 3_600_000;
  reserve(board, { task: "c", brain: "claude" }).settle(undefined);
  expect(spentToday(board, "claude")).toBe(0);
});

it("runs under way count: a second one does not fit beside the first", () => {
  using folder = temporaryFolder();
  using all = rig(folder.path, { cap: { dayMicros: 1.5 * dollar } });
  const { board } = all;
  reserve(board, { task: "a", brain: "claude" }).settle(0.5 * dollar);
  const first = reserve(board, { task: "b", brain: "claude" });
  const second = reserve(board, { task: "c", brain: "claude" });
  expect(() => reserve(board, { task: "d", brain: "claude" })).toThrow(/\$0\.00 is left/);
  first.settle(0);
  second.settle(0);
  expect(() => reserve(board, { task: "d", brain: "claude" })).not.toThrow();
});

it("a run is to end once it passes the cap of its task; a cheap brain may go on", () => {
  using folder = temporaryFolder();
  using all = rig(folder.path, { cap: { taskMicros: dollar } });
  const { board } = all;
  reserve(board, { task: "earlier", brain: "local" }).settle(undefined);
  const run = reserve(board, { task: "a", brain: "claude" });
  expect([run.note(undefined), run.note(0.6 * dollar), run.note(0.9 * dollar)]).toEqual([undefined, undefined, undefined]);
  expect(run.note(1.1 * dollar)).toMatchObject({ code: "refused", message: "The spending cap of $1.00 a task would be passed: $0.00 is left. Raise the cap in paios.json, or split the task." });
  run.settle(undefined);
  expect(() => reserve(board, { task: "a", brain: "claude" })).toThrow(UserError);
  expect(spending(board, "a").taskMicros).toBe(1.1 * dollar);
  expect(() => reserve(board, { task: "b", brain: "local" })).not.toThrow();
});

it("no cap, no refusal", () => {
  using folder = temporaryFolder();
  using all = rig(folder.path);
  reserve(all.board, { task: "a", brain: "claude" }).settle(1e12);
  expect(() => reserve(all.board, { task: "a", brain: "claude" })).not.toThrow();
});
