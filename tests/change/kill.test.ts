import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { killChanges } from "./kill.ts";

it("DATA-02 a change, its undoing or its rollback killed −9 leaves each file old or new, and the next run completes it", async () => {
  using folder = temporaryFolder();
  const { mixed, ...killed } = await killChanges(folder.path, 9, 11);
  expect(killed).toMatchObject({ kills: 9, wrong: [] });
  expect(mixed).toBeGreaterThan(0);
});
