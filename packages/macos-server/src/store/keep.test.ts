import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "@paios/shared/sqlite";
import { expect, it } from "vitest";
import { fakeDesktop } from "../testing/fakes.ts";
import { keep, type Made } from "./keep.ts";

const dayMs = 86_400_000;
const start = Date.UTC(2026, 10, 21, 12);
const made = (bytes: Uint8Array): Made => ({ kind: "screen", what: "display", extension: "png", bytes, client: "test", traceId: "a".repeat(32) });

it("a file is kept for its owner only, and recorded", () => {
  using fake = fakeDesktop("none", []);
  const { path, sha256 } = keep(fake.desktop, made(Buffer.from("picture")), start);
  expect(path).toMatch(/\/home\/screens\/20261121T120000-000-[0-9a-f]{8}\.png$/);
  expect(readFileSync(path, "utf8")).toBe("picture");
  expect(sha256).toBe(createHash("sha256").update("picture").digest("hex"));
  expect([statSync(path).mode & 0o777, statSync(join(path, "..")).mode & 0o777]).toEqual([0o600, 0o700]);
  expect(sql(fake.desktop.database, "SELECT kind, what, sha256, bytes, made_ms, client, trace_id FROM kept").all()).toEqual([{ kind: "screen", what: "display", sha256, bytes: 7, made_ms: start, client: "test", trace_id: "a".repeat(32) }]);
});

it("what is too old or too much goes, oldest first, and nothing that is not ours", () => {
  using fake = fakeDesktop("none", []);
  const { desktop } = fake;
  desktop.config.screens = { days: 2, megabytes: 1 };
  const half = Buffer.alloc(450_000);
  const old = keep(desktop, made(half), start - 3 * dayMs);
  const folder = join(old.path, "..");
  writeFileSync(join(folder, "holiday.png"), "theirs");
  writeFileSync(join(folder, "20251121T120000-000-00000000.png"), "left by a crash");
  utimesSync(join(folder, "20251121T120000-000-00000000.png"), 0, 0);
  const [first, second, third] = [1, 2, 3].map((minute) => keep(desktop, made(half), start + minute * 60_000).path) as [string, string, string];
  const left = readdirSync(folder).sort();
  expect(left).toEqual(["holiday.png", ...[second, third].map((path) => path.slice(folder.length + 1))].sort());
  expect(left.some((name) => first.endsWith(name) || old.path.endsWith(name))).toBe(false);
  expect(sql(desktop.database, "SELECT count(*) AS files FROM kept").get()).toEqual({ files: 2 });
  // The newest stays even when it alone is too much.
  const large = keep(desktop, made(Buffer.alloc(1_500_000)), start + 300_000);
  expect(readdirSync(folder).sort()).toEqual(["holiday.png", large.path.slice(folder.length + 1)].sort());
});
