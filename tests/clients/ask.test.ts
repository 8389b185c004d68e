import { fetchClients } from "@paios/shared/testing/client-fetch";
import { type ClientRun, codexConfig, runClaude, runCodex } from "@paios/shared/testing/clients";
import { startMockModels, toolResults, turnRequest } from "@paios/shared/testing/mock-models";
import { processesWith } from "@paios/shared/testing/processes";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { beforeAll, expect, it } from "vitest";
import { type Terminal, terminal } from "../setup/terminal.ts";

// The first run fetches both clients (0.8 GB); it says so when it cannot.
beforeAll(() => fetchClients(), 600_000);

interface Node {
  action: string;
  service: string;
  children: Node[];
}

it.each([
  { asker: "claude", run: runClaude, brain: "codex" },
  { asker: "codex", run: runCodex, brain: "claude" },
])("INFRA-01 the real $asker has the real $brain do a task, OBSV-01 and all of it is one trace", async ({ run, brain, asker }) => {
  using folder = temporaryFolder();
  const ai = await terminal(folder.path);
  ai.run("kb", "add", "Heater", "The greenhouse heater runs at 14 degrees.");
  const mock = await startMockModels([
    { tool: { server: "router", name: "router_ask", input: { task: "How warm is the greenhouse?", brain } } },
    { tool: { server: "kb", name: "kb_search", input: { query: "greenhouse heater" } } },
    { text: "It is kept at 14 degrees." },
    { text: "The other brain says 14 degrees." },
  ]);
  try {
    ai.write(codexConfig({ mock, servers: [] }), "codex", "config.toml");
    // What looks like a key of ours is kept from a brain unless it is named.
    ai.write('{"brains": {"codex": {"environment": ["PAIOS_MOCK_KEY"]}}}', "paios", "paios.json");
    expect(ai.run("setup", "--yes", "--allow", "router_ask")).toMatchObject({ status: 0 });
    const result = await ask(run, ai, mock, { PATH: ai.env["PATH"] ?? "", ANTHROPIC_BASE_URL: mock.url, ANTHROPIC_API_KEY: "dummy", PAIOS_MOCK_KEY: "dummy" });
    expect({ code: result.code, outside: mock.outside }, result.stderr).toEqual({ code: 0, outside: [] });
    expect(toolResults(turnRequest(mock.requests, 2)).at(-1)?.text, "the brain's own search").toContain("14 degrees");
    const answer = parse(toolResults(turnRequest(mock.requests, 3)).at(-1)?.text ?? "");
    expect(answer).toMatchObject({ brain, text: "It is kept at 14 degrees.", attempts: [{ brain }] });
    const { tree, traceId } = traceOf(ai, String(answer["traceId"]));
    expect(traceId).toBe(answer["traceId"]);
    const names = flat(tree).map(({ action, service }) => `${service} ${action}`);
    expect(names).toEqual(expect.arrayContaining(["router tools/call router_ask", "router dispatch", "kb tools/call kb_search"]));
    expect(flat(tree).find(({ action }) => action === "tools/call router_ask")?.children.length).toBeGreaterThan(0);
    const toolUse = ai.json<{ events: { metadata: Record<string, unknown> }[] }>("events", "--action", "tools/call router_ask").events[0]?.metadata["gen_ai.tool.call.id"];
    expect(traceOf(ai, String(toolUse)).traceId, `found by the call id of ${asker}`).toBe(traceId);
    // The writer of the hooks stays for some seconds, to wait for more.
    expect(processesWith(folder.path).filter(({ command }) => !command.endsWith("hooks/dist/main.js drain")), "nothing is left running").toEqual([]);
  } finally {
    await mock.close();
  }
});

function ask(run: (options: ClientRun) => ReturnType<typeof runClaude>, ai: Terminal, mock: ClientRun["mock"], env: Record<string, string>): ReturnType<typeof runClaude> {
  return run({ prompt: "Ask the other one", mock, servers: [], prepared: true, home: ai.home, env, timeoutMs: 120_000 });
}

function parse(text: string): Record<string, unknown> {
  return JSON.parse(text.replace(/^Wall time: [\d.]+ seconds\nOutput:\s*/, "")) as Record<string, unknown>;
}

function traceOf(ai: Terminal, id: string): { tree: Node[]; traceId: string } {
  const { traces } = ai.json<{ traces: { traceId: string; spans: Node[] }[] }>("trace", id);
  const [trace] = traces;
  return { tree: trace?.spans ?? [], traceId: trace?.traceId ?? "" };
}

function flat(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node) => [node, ...flat(node.children)]);
}
