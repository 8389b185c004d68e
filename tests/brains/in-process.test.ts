import { fetchClients } from "@paios/shared/testing/client-fetch";
import { startMockModels, toolResults, turnRequest } from "@paios/shared/testing/mock-models";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { beforeAll, expect, it } from "vitest";
import { terminal } from "../setup/terminal.ts";

// The first run fetches both clients (0.8 GB); it says so when it cannot.
beforeAll(() => fetchClients(), 600_000);

it("SDK-04 a session of the Agent SDK calls kb_search in this process: nothing is registered, and no child serves it", async () => {
  using folder = temporaryFolder();
  const ai = await terminal(folder.path);
  ai.run("kb", "add", "Heater", "The greenhouse heater runs at 14 degrees.");
  const mock = await startMockModels([{ tool: { server: "kb", name: "kb_search", input: { query: "greenhouse heater" } } }, { text: "At 14 degrees." }]);
  try {
    Object.assign(ai.env, { ANTHROPIC_BASE_URL: mock.url, ANTHROPIC_API_KEY: "dummy" });
    const said = await ai.begin("--json", "ask", "How warm is the greenhouse?", "--brain", "claude");
    expect(JSON.parse(said.stdout), said.stderr).toMatchObject({ brain: "claude", way: "sdk", text: "At 14 degrees." });
    expect(toolResults(turnRequest(mock.requests, 1)).at(-1)?.text).toContain("14 degrees");
    const { events } = ai.json<{ events: { service: string; traceId: string; metadata: Record<string, unknown> }[] }>("events", "--action", "tools/call kb_search");
    const asked = ai.json<{ events: { traceId: string }[] }>("events", "--action", "tools/call router_ask").events[0];
    expect(events).toMatchObject([{ service: "kb", traceId: asked?.traceId }]);
  } finally {
    await mock.close();
  }
});
