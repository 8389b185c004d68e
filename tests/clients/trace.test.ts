import { openInProcess } from "@paios/shared/calls";
import { server } from "@paios/obs-server";
import { fetchClients } from "@paios/shared/testing/client-fetch";
import { type ClientResult, type ClientRun, runClaude, runCodex } from "@paios/shared/testing/clients";
import { type ModelRequest, startMockModels } from "@paios/shared/testing/mock-models";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { builtServer } from "./fixtures.ts";

beforeAll(() => fetchClients(), 600_000);

interface Span {
  action: string;
  category: string;
  metadata: Record<string, unknown>;
  children: Span[];
}
interface Trace {
  traceId: string;
  aliases: string[];
  spans: Span[];
}

const clients: { name: string; run: (options: ClientRun) => Promise<ClientResult>; parent: boolean }[] = [
  { name: "claude", run: runClaude, parent: false },
  { name: "codex", run: runCodex, parent: true },
];

describe.each(clients)("a call from the real $name", ({ run }) => {
  it("OBSV-01 is one trace with its tool and database spans, found by trace, call and session", async () => {
    using folder = temporaryFolder();
    const mock = await startMockModels([{ tool: { server: "kb", name: "kb_search", input: { query: "greenhouse heater" } } }, { text: "Thank you." }]);
    let requests: ModelRequest[];
    try {
      const result = await run({ prompt: "Use the knowledge base", mock, servers: [builtServer("kb", { PAIOS_HOME: folder.path })] });
      expect(result.code, result.stderr).toBe(0);
      requests = result.requests;
    } finally {
      await mock.close();
    }
    expect(requests.length).toBeGreaterThan(1);

    const before = process.env["PAIOS_HOME"];
    process.env["PAIOS_HOME"] = folder.path;
    const tools = openInProcess("obs", server, { client: "test", way: "person" });
    try {
      // The client ends without waiting for its servers, which write what they have as they end.
      const { events } = await vi.waitFor(async () => {
        const answer = await tools.call<{ events: { traceId: string; metadata: Record<string, unknown> }[]; total: number }>("obs_query", { action: "tools/call kb_search", count: true });
        expect(answer.total).toBe(1);
        return answer;
      }, 5_000);
      const [{ traceId, metadata } = { traceId: "", metadata: {} }] = events;
      const ids = [traceId, metadata["gen_ai.tool.call.id"], metadata["session.id"]];
      for (const id of ids) {
        const { traces } = await tools.call<{ traces: Trace[] }>("obs_trace", { traceId: id });
        expect(traces.map((trace) => trace.traceId)).toEqual([traceId]);
        const [root] = traces[0]?.spans ?? [];
        expect(traces[0]?.spans).toHaveLength(1);
        expect(root).toMatchObject({ action: "tools/call kb_search", category: "mcp", metadata: { "mcp.method.name": "tools/call", "gen_ai.tool.name": "kb_search" } });
        expect(root?.children.map(({ action, category }) => ({ action, category }))).toContainEqual({ action: "search words kb.sqlite", category: "database" });
        expect(root?.children[0]?.metadata).toMatchObject({ "db.system.name": "sqlite", "db.namespace": "kb.sqlite" });
      }
    } finally {
      await tools.close();
      process.env["PAIOS_HOME"] = before;
    }
  });
});
