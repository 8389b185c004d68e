import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { checkServer } from "@paios/shared/testing/conformance";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import type { ToolListing } from "@paios/shared/tool";
import { expect, it } from "vitest";
import { readServers } from "../apps/cli/src/setup/servers.ts";
import { serverFolders } from "../scripts/server-folders.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

it.each(serverFolders())("INFRA-05, INFRA-06 the built %s keeps what every server promises", async (folder) => {
  using scratch = temporaryFolder();
  const manifest = JSON.parse(readFileSync(`${root}${folder}/package.json`, "utf8")) as { paios?: { arguments?: string[] } };
  const tools = JSON.parse(readFileSync(`${root}${folder}/tools.json`, "utf8")) as ToolListing[];
  await checkServer({ entry: `${root}${folder}/dist/main.js`, args: manifest.paios?.arguments ?? [], env: scratchEnvironment(scratch.path), tools });
  const prefix = `${basename(folder).replace(/-server$/, "")}_`;
  expect(tools.map((tool) => tool.name).filter((tool) => !tool.startsWith(prefix))).toEqual([]);
});

it("setup registers each of them", () => {
  expect(readServers(root, "/home").map(({ folder }) => folder.slice(root.length))).toEqual(serverFolders());
});
