import { readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "@paios/shared/errors";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { mounted } from "../storage/mounted.ts";
import { Place } from "./rig.ts";

it("a full disk is said in one sentence, and the jobs go on when there is room", async (context) => {
  using folder = temporaryFolder();
  const home = join(folder.path, "paios");
  using _disk = mounted(context, home, "size=1m");
  const place = new Place(folder.path);
  const daemon = place.start({ way: "run", schedule: "every 1s", catchUp: "once", count: 3 });
  const ran = () => place.effects().length;
  await expect.poll(ran, { timeout: 10_000 }).toBeGreaterThan(3);
  const filler = join(home, "filler");
  const { bfree, bsize } = statfsSync(home);
  try {
    writeFileSync(filler, Buffer.alloc(bfree * bsize));
  } catch (error) {
    // The daemon took of the room meanwhile: it is full all the same.
    expect(errorCode(error)).toBe("ENOSPC");
  }
  // The log has room for a while; then nothing can be claimed, and nothing runs that is not in the ledger.
  await expect.poll(() => daemon.stderr(), { timeout: 15_000, interval: 200 }).toContain(`The disk that holds ${join(home, "heartbeat.sqlite")} is full; nothing was stored. Free some space and try again.`);
  rmSync(filler);
  const before = ran();
  await expect.poll(ran, { timeout: 15_000 }).toBeGreaterThan(before + 2);
  daemon.kill("SIGTERM");
  expect(await daemon.ended).toMatchObject({ code: 0 });
  expect(daemon.stderr()).not.toContain("    at ");
  const keys = place.effects().map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(place.query("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
});

it.each([["list"], ["run"], ["due"], ["run-once", "alerts"]])("a ledger of a newer version is refused by %s and not touched", async (...args) => {
  using folder = temporaryFolder();
  const place = new Place(folder.path);
  expect(await place.heartbeat(["list"]).ended).toMatchObject({ code: 0 });
  place.change("PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)");
  const before = readFileSync(join(place.home, "heartbeat.sqlite"));
  const { code, stderr } = await place.heartbeat(args).ended;
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^✘ heartbeat\.sqlite was written by a newer PAIOS \(schema 99, this one knows 1\)\. It was not touched\./)]);
  expect(readFileSync(join(place.home, "heartbeat.sqlite")).equals(before)).toBe(true);
});
