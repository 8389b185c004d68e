import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { soakKb } from "./soak-kb.ts";

it("INFRA-05 kb-server takes 1,000 mixed calls without a failure or a descriptor left open", async () => {
  using folder = temporaryFolder();
  const { failed, faults, descriptorsStart, descriptorsEnd } = await soakKb(folder.path, 1_000, 500);
  expect({ failed, faults, descriptors: descriptorsEnd - descriptorsStart }).toEqual({ failed: 0, faults: [], descriptors: 0 });
});
