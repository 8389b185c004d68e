import { fetchClients } from "@paios/shared/testing/client-fetch";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { beforeAll, expect, it } from "vitest";
import { codexStartsUnderLoad } from "./codex-starts.ts";
import { builtServer } from "./fixtures.ts";

// The first run fetches both clients (0.8 GB); it says so when it cannot.
beforeAll(() => fetchClients(), 600_000);

// 50 starts: `node tests/proof/run.ts codex-patience`.
it("Codex, which waits about 1 s for a server, offers kb-server's tools in the first request of 3 starts on a busy machine", async () => {
  using folder = temporaryFolder();
  const starts = await codexStartsUnderLoad(3, builtServer("kb", { PAIOS_HOME: folder.path }));
  expect(starts.map(({ offered }) => offered)).toEqual([true, true, true]);
});

it("a server that takes 3 s is missing, so the test above can fail", async () => {
  using folder = temporaryFolder();
  const { command, args, ...kb } = builtServer("kb", { PAIOS_HOME: folder.path });
  const slow = { ...kb, command: "sh", args: ["-c", 'sleep 3; exec "$@"', "sh", command, ...args] };
  expect(await codexStartsUnderLoad(1, slow)).toMatchObject([{ offered: false }]);
});
