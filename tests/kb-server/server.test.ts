import { fileURLToPath } from "node:url";
import { checkServer } from "@paios/shared/testing/conformance";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import type { ToolListing } from "@paios/shared/tool";
import { expect, it } from "vitest";
import tools from "../../packages/kb-server/tools.json" with { type: "json" };

const entry = fileURLToPath(new URL("../../packages/kb-server/dist/main.js", import.meta.url));

it("INFRA-05, INFRA-06 the built kb-server keeps what every server promises", async () => {
  using folder = temporaryFolder();
  await checkServer({ entry, env: scratchEnvironment(folder.path), tools: tools as ToolListing[] });
  expect(tools.map(({ name }) => name).filter((name) => !name.startsWith("kb_"))).toEqual([]);
});
