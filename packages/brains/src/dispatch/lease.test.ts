import { sql } from "@paios/shared/sqlite";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { systemClock } from "./clock.ts";
import { countPlaces, takePlace, type Wait } from "./lease.ts";
import { rig } from "./testing/rig.ts";

it("LOG-07 what is above the limit waits in order, hears how many are ahead, and is seen in the table", async () => {
  using folder = temporaryFolder();
  using all = rig(folder.path, { limits: { codex: 2 }, clock: systemClock });
  const { board } = all;
  const order: number[] = [];
  const waits: Wait[][] = [];
  const held = [await takePlace(board, "codex"), await takePlace(board, "codex")];
  const later = [0, 1, 2].map(async (n) => {
    const heard: Wait[] = (waits[n] = []);
    const place = await takePlace(board, "codex", { onWait: (wait) => heard.push(wait) });
    order.push(n);
    place?.release();
  });
  expect(countPlaces(board, "codex")).toEqual({ running: 2, waiting: 3 });
  expect(await takePlace(board, "claude")).toMatchObject({ waitedMs: expect.any(Number) as number });
  held[0]?.release();
  await Promise.all(later);
  held[1]?.release();
  expect(order).toEqual([0, 1, 2]);
  expect(waits.map(([first]) => first)).toEqual([0, 1, 2].map((ahead) => ({ brain: "codex", ahead, limit: 2 })));
  expect(countPlaces(board, "codex")).toEqual({ running: 0, waiting: 0 });
});

it("an abort ends the wait with the signal's reason and gives the turn to the next", async () => {
  using folder = temporaryFolder();
  using all = rig(folder.path, { limits: { local: 1 }, clock: systemClock });
  const { board } = all;
  const held = await takePlace(board, "local");
  const abort = new AbortController();
  const first = takePlace(board, "local", { signal: abort.signal });
  const second = takePlace(board, "local");
  abort.abort(new Error("enough"));
  await expect(first).rejects.toThrow("enough");
  expect(countPlaces(board, "local")).toEqual({ running: 1, waiting: 1 });
  held?.release();
  (await second)?.release();
  expect(countPlaces(board, "local")).toEqual({ running: 0, waiting: 0 });
});

it("gives up after waitMs, and an earlier ticket keeps its turn", async () => {
  using folder = temporaryFolder();
  using all = rig(folder.path, { limits: { local: 1 } });
  const { board } = all;
  const held = await takePlace(board, "local");
  expect(await takePlace(board, "local", { waitMs: 500 })).toBeUndefined();
  expect(countPlaces(board, "local")).toEqual({ running: 1, waiting: 0 });
  const order: string[] = [];
  const newer = takePlace(board, "local").then((place) => (order.push("newer"), place?.release()));
  held?.release();
  const older = takePlace(board, "local", { ticket: held?.ticket }).then((place) => (order.push("older"), place?.release()));
  await Promise.all([newer, older]);
  expect(order).toEqual(["older", "newer"]);
});

it("what a process left that has no heartbeat at all is free at once", async () => {
  using folder = temporaryFolder();
  using all = rig(folder.path, { limits: { local: 1 } });
  const { board } = all;
  sql(board.database, "INSERT INTO place (brain, holder, state, asked_ms) VALUES ('local', 'nobody', 'running', 0)").run();
  expect(countPlaces(board, "local")).toEqual({ running: 0, waiting: 0 });
  const place = await takePlace(board, "local");
  expect(place?.waitedMs).toBe(0);
  expect(countPlaces(board, "local")).toEqual({ running: 1, waiting: 0 });
});

it("a standstill that made others take this process for gone loses its ticket's place in time, not the ticket", async () => {
  using folder = temporaryFolder();
  using all = rig(folder.path, { limits: { local: 1 }, clock: systemClock });
  const { board } = all;
  const held = await takePlace(board, "local");
  const waiting = takePlace(board, "local");
  sql(board.database, "DELETE FROM place").run();
  const place = await waiting;
  expect(place?.ticket).toBe(Number(held?.ticket) + 1);
  expect(countPlaces(board, "local")).toEqual({ running: 1, waiting: 0 });
});
