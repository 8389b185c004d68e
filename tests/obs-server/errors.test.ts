import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { server } from "@paios/obs-server";
import { openInProcess } from "@paios/shared/calls";
import { initializeParams, startStdio } from "@paios/shared/testing/stdio";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import Database from "better-sqlite3";
import { expect, it } from "vitest";

const servers = [
  { name: "kb", database: "kb.sqlite", table: "embedding_space", breaks: "kb_status", works: { name: "kb_list", input: {} } },
  { name: "obs", database: "observability.sqlite", table: "alert", breaks: "obs_alerts", works: { name: "obs_query", input: {} } },
];

it.each(servers)("INTEG-06 a defect in $name is answered in plain words, stored with its trace, and ends there", async ({ name, database, table, breaks, works }) => {
  using folder = temporaryFolder();
  const home = join(folder.path, "paios");
  mkdirSync(home);
  const entry = join(import.meta.dirname, `../../packages/${name}-server/dist/main.js`);
  const running = startStdio({ entry, env: scratchEnvironment(folder.path, { PAIOS_HOME: home }) });
  const call = async (tool: string, input: object) => (await running.request("tools/call", { name: tool, arguments: input })).result as { isError?: boolean; content: { text: string }[] };
  await running.request("initialize", initializeParams());
  expect((await call(works.name, works.input)).isError).toBeUndefined();
  const broken = new Database(join(home, database));
  broken.exec(`DROP TABLE ${table}`);
  broken.close();

  const answer = await call(breaks, {});
  expect(answer.isError).toBe(true);
  const [, traceId = ""] = /^Internal error in \w+, trace ([0-9a-f]{32})\. The server goes on; its log has the details\.$/.exec(answer.content[0]?.text ?? "") ?? [];
  await expect.poll(() => running.stderr()).toContain(`trace ${traceId}`);
  expect((await call(works.name, works.input)).isError).toBeUndefined();
  running.closeInput();
  await running.ended;

  const before = process.env["PAIOS_HOME"];
  process.env["PAIOS_HOME"] = home;
  const tools = openInProcess("obs", server, { client: "test", way: "person" });
  try {
    const { events } = await tools.call<{ events: { action: string; status: string; service: string; metadata: Record<string, unknown> }[] }>("obs_query", { traceId, category: "mcp" });
    expect(events).toMatchObject([{ action: `tools/call ${breaks}`, status: "error", service: name, metadata: { "error.type": "SQLITE_ERROR", "gen_ai.tool.name": breaks } }]);
  } finally {
    await tools.close();
    process.env["PAIOS_HOME"] = before;
  }
});
