import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkServer } from "@paios/shared/testing/conformance";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import type { ToolListing } from "@paios/shared/tool";
import { expect, it } from "vitest";

const packages = fileURLToPath(new URL("../packages/", import.meta.url));
const servers = readdirSync(packages).filter((name) => name.endsWith("-server"));

it.each(servers)("INFRA-05, INFRA-06 the built %s keeps what every server promises", async (name) => {
  using folder = temporaryFolder();
  const tools = JSON.parse(readFileSync(`${packages}${name}/tools.json`, "utf8")) as ToolListing[];
  await checkServer({ entry: `${packages}${name}/dist/main.js`, env: scratchEnvironment(folder.path), tools });
  const prefix = `${name.replace(/-server$/, "")}_`;
  expect(tools.map((tool) => tool.name).filter((tool) => !tool.startsWith(prefix))).toEqual([]);
});
