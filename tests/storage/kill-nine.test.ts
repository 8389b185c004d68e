import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { killImports, killMigrations, resumeAfterKill } from "./kill-nine.ts";

it("KB-01 an import that is killed −9 again and again loses nothing and completes", async () => {
  using folder = temporaryFolder();
  const { killed, wrong } = await killImports(folder.path, 15, 600, 1);
  expect(wrong).toEqual([]);
  expect(killed).toBeGreaterThan(3);
});

it("KB-01 an import that was killed goes on where it was, without reading again what is stored", async () => {
  using folder = temporaryFolder();
  const { stored, ...outcome } = await resumeAfterKill(folder.path, 3_000);
  expect(stored).toBeGreaterThan(0);
  expect(stored).toBeLessThan(3_000);
  expect(outcome).toEqual({ unchanged: stored, added: 3_000 - stored, readAgain: 0 });
});

it("DATA-01 a migration that is killed −9 leaves the old schema or the new one, and a sound backup", async () => {
  using folder = temporaryFolder();
  const { killed, wrong } = await killMigrations(folder.path, 15, 1);
  expect(wrong).toEqual([]);
  expect(killed).toBeGreaterThan(3);
});
