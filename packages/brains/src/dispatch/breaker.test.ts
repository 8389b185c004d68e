import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { BrainFailure, type FailureKind } from "../failure.ts";
import { admit, closeBreaker, look, readBreaker, recordAnswer, recordFailure, releaseProbe } from "./breaker.ts";
import { type Rig, rig } from "./testing/rig.ts";

const key = { provider: "anthropic", credential: "key", pool: "opus" };
const minute = 60_000;

function fail({ board }: Rig, kind: FailureKind, retryAt?: number, probe = ""): void {
  recordFailure(board, key, new BrainFailure(kind, `It failed: ${kind}.`, { retryAt }), { probe, brain: "claude", model: "opus-5" });
}

it("LOG-06 a billing failure opens it until it can work again, with one alert that names provider and model", () => {
  using folder = temporaryFolder();
  using all = rig(folder.path);
  const { board, clock, openings } = all;
  const until = clock.time + 42 * minute;
  fail(all, "billing", until);
  fail(all, "billing", until);
  expect(openings).toEqual([{ ...key, brain: "claude", model: "opus-5", kind: "billing", until, message: "It failed: billing.", time: clock.time }]);
  expect(admit(board, key)).toEqual({ open: true, kind: "billing", until, probing: false });
  expect(admit(board, { ...key, pool: "haiku" })).toEqual({ open: false, probe: "" });
  expect(admit(board, { ...key, credential: "another" })).toEqual({ open: false, probe: "" });
  clock.time = until;
  expect(admit(board, key)).toMatchObject({ open: false, probe: expect.stringMatching(/./) as string });
});

it("auth stays blocked for ever with one credential; a person can close it", () => {
  using folder = temporaryFolder();
  using all = rig(folder.path);
  const { board, clock } = all;
  fail(all, "auth");
  clock.time += 1e12;
  expect(admit(board, key)).toEqual({ open: true, kind: "auth", until: undefined, probing: false });
  closeBreaker(board, key);
  expect(admit(board, key)).toEqual({ open: false, probe: "" });
});

it("half-open has one probe; its answer closes, its abort hands it on, another's late answer does neither", () => {
  using folder = temporaryFolder();
  using all = rig(folder.path);
  const { board, clock } = all;
  const letGo = board.holder.hold();
  fail(all, "limit", clock.time + minute);
  clock.time += minute;
  const first = admit(board, key);
  expect(first).toMatchObject({ open: false, probe: expect.stringMatching(/./) as string });
  expect(admit(board, key)).toEqual({ open: true, kind: "limit", until: clock.time + 2_000, probing: true });
  recordAnswer(board, key, "");
  expect(readBreaker(board, key)).toMatchObject({ state: "half_open", probing: true });
  if (!first.open) releaseProbe(board, key, first.probe);
  const second = admit(board, key);
  expect(second).toMatchObject({ open: false });
  if (!first.open) recordAnswer(board, key, first.probe);
  expect(readBreaker(board, key).state).toBe("half_open");
  if (!second.open) recordAnswer(board, key, second.probe);
  expect(readBreaker(board, key)).toMatchObject({ state: "closed", kind: "", error: "It failed: limit." });
  letGo();
});

it("what is left of credentials that are no more goes after 40 days", () => {
  using folder = temporaryFolder();
  using all = rig(folder.path);
  const { board, clock } = all;
  fail(all, "auth");
  const opened = (credential: string) => recordFailure(board, { ...key, credential }, new BrainFailure("limit", "It failed."), { probe: "", brain: "claude", model: undefined });
  clock.time += 39 * 86_400_000;
  opened("second");
  expect(readBreaker(board, key).state).toBe("open");
  clock.time += 2 * 86_400_000;
  opened("third");
  expect(board.database.prepare("SELECT credential FROM breaker ORDER BY 1").pluck().all()).toEqual(["second", "third"]);
});

it("a clock that jumps back a year does not keep it open for a year", () => {
  using folder = temporaryFolder();
  using all = rig(folder.path);
  const { board, clock } = all;
  fail(all, "limit", clock.time + 5 * minute);
  clock.time -= 365 * 24 * 60 * minute;
  expect(look(board, key)).toMatchObject({ open: true, until: clock.time + 5 * minute });
  clock.time += 4 * minute;
  expect(look(board, key).open).toBe(true);
  clock.time += minute;
  expect(look(board, key).open).toBe(false);
});

it("an alert that cannot be stored loses nothing else", () => {
  using folder = temporaryFolder();
  using all = rig(folder.path, { onOpen: () => { throw new Error("disk full"); } });
  fail(all, "billing");
  expect(readBreaker(all.board, key)).toMatchObject({ state: "open", kind: "billing" });
});
