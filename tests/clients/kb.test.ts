import { fetchClients } from "@paios/shared/testing/client-fetch";
import { type ClientResult, type ClientRun, runClaude, runCodex } from "@paios/shared/testing/clients";
import { offers, startMockModels, toolResults, turnRequest } from "@paios/shared/testing/mock-models";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { beforeAll, describe, expect, it } from "vitest";
import { builtServer } from "./fixtures.ts";

// The first run fetches both clients (0.8 GB); it says so when it cannot.
beforeAll(() => fetchClients(), 600_000);

const claude = { origin: "claude", run: runClaude };
const codex = { origin: "codex", run: runCodex };

describe.each([
  { adder: claude, finder: codex },
  { adder: codex, finder: claude },
])("what $adder.origin adds", ({ adder, finder }) => {
  it(`MEM-04 is found by ${finder.origin}, with its origin`, async () => {
    using folder = temporaryFolder();
    const servers = [builtServer("kb", { PAIOS_HOME: folder.path })];
    const title = "How the greenhouse heater is set";
    const text = "The greenhouse heater runs from 22:00 to 06:00 at 14 degrees, from November to March.";

    const added = await call(adder.run, servers, "kb_add", { title, text });
    expect(added).toMatchObject({ id: expect.any(Number) as number });

    const found = await call(finder.run, servers, "kb_search", { query: "when does the greenhouse heater run?" });
    expect(found["results"]).toMatchObject([{ id: added["id"], title, origin: adder.origin, snippet: expect.stringContaining("heater") as string }]);
  });
});

/** One run of a real client that is offered the tool, calls it, and gets the returned result into its next request. */
async function call(run: (options: ClientRun) => Promise<ClientResult>, servers: ClientRun["servers"], name: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
  const mock = await startMockModels([{ tool: { server: "kb", name, input } }, { text: "Thank you." }]);
  try {
    const result = await run({ prompt: "Use the knowledge base", mock, servers });
    expect({ code: result.code, orphans: result.orphans, outside: mock.outside }, result.stderr).toEqual({ code: 0, orphans: [], outside: [] });
    expect(offers(turnRequest(result.requests, 0), "kb", name)).toBeDefined();
    const text = toolResults(turnRequest(result.requests, 1)).at(-1)?.text ?? "";
    // Codex puts its own timing before the JSON.
    const json = text.replace(/^Wall time: [\d.]+ seconds\nOutput:\s*/, "");
    expect(json).toMatch(/^\{.*\}$/s);
    return JSON.parse(json) as Record<string, unknown>;
  } finally {
    await mock.close();
  }
}
