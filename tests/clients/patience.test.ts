import { fetchClients } from "@paios/shared/testing/client-fetch";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { beforeAll, expect, it } from "vitest";
import { codexStartsUnderLoad } from "./codex-starts.ts";

// The first run fetches both clients (0.8 GB); it says so when it cannot.
beforeAll(() => fetchClients(), 600_000);

// 50 starts: `node tests/proof/run.ts codex-patience`.
it("Codex, which waits about 1 s for a server, offers kb-server's tools in the first request of 3 starts on a busy machine", async () => {
  using folder = temporaryFolder();
  const starts = await codexStartsUnderLoad(3, folder.path);
  expect(starts.map(({ offered }) => offered)).toEqual([true, true, true]);
});
