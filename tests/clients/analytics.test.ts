import { fetchClients } from "@paios/shared/testing/client-fetch";
import { type ClientResult, type ClientRun, codexConfig, runClaude, runCodex } from "@paios/shared/testing/clients";
import { offers, startMockModels, toolResults, turnRequest } from "@paios/shared/testing/mock-models";
import type { Turn } from "@paios/shared/testing/model-protocol";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { beforeAll, describe, expect, it } from "vitest";
import { type Terminal, terminal } from "../setup/terminal.ts";

// The first run fetches both clients (0.8 GB); it says so when it cannot.
beforeAll(() => fetchClients(), 600_000);

interface Usage {
  rows: { key: string; requests: number; inputTokens: number; outputTokens: number }[];
  totals: { requests: number };
}

/** What the mock models say that an answer took. */
const oneAnswer = { requests: 1, inputTokens: 10, outputTokens: 5 };

describe.each([
  { client: "claude", run: runClaude },
  { client: "codex", run: runCodex },
])("the real $client, registered by ai setup", ({ run }) => {
  it("INFRA-02 asks for its usage, and its model gets the tokens of its own earlier session and of the other client's", async () => {
    using folder = temporaryFolder();
    const ai = await terminal(folder.path);
    ai.write(codexConfig({ mock: { url: "http://127.0.0.1:9" } as ClientRun["mock"], servers: [] }), "codex", "config.toml");
    expect(ai.run("setup", "--yes")).toMatchObject({ status: 0 });
    // Codex passes on only what its configuration names.
    const [, registration = ""] = ai.read("codex", "config.toml").split("[mcp_servers.analytics]\n");
    expect(/^env_vars = .*/m.exec(registration)?.[0]).toMatch(/"HOME".*"CODEX_HOME".*"CLAUDE_CONFIG_DIR"/);

    const earlier = [sessionOf(await converse(ai, runClaude, [{ text: "Hello." }])), sessionOf(await converse(ai, runCodex, [{ text: "Hello." }]))];
    const asking = await converse(ai, run, [{ tool: { server: "analytics", name: "analytics_usage", input: { groupBy: "session" } } }, { text: "Thank you." }]);
    expect(offers(turnRequest(asking.requests, 0), "analytics", "analytics_usage")).toBeDefined();
    const told = answerIn(asking);
    expect(told.rows).toEqual(expect.arrayContaining(earlier.map((key) => expect.objectContaining({ key, ...oneAnswer }) as object)));
    // The session that asks is there with the request that asked, once the client has written it down.
    const others = told.rows.filter(({ key }) => !earlier.includes(key));
    expect([[], [{ ...oneAnswer, key: sessionOf(asking) }]]).toContainEqual(others.map(({ key, requests, inputTokens, outputTokens }) => ({ key, requests, inputTokens, outputTokens })));
  });
});

/** One run of a client in the home of all runs; its model says these things. */
async function converse(ai: Terminal, run: (options: ClientRun) => Promise<ClientResult>, turns: readonly Turn[]): Promise<ClientResult> {
  const mock = await startMockModels(turns);
  try {
    ai.write(ai.read("codex", "config.toml").replace(/base_url = "[^"]*"/, `base_url = "${mock.url}/v1"`), "codex", "config.toml");
    const env = { PATH: ai.env["PATH"] ?? "", ANTHROPIC_BASE_URL: mock.url, ANTHROPIC_API_KEY: "dummy", PAIOS_MOCK_KEY: "dummy" };
    const result = await run({ prompt: "How much did I use?", mock, servers: [], prepared: true, home: ai.home, env, timeoutMs: 120_000 });
    expect({ code: result.code, orphans: result.orphans, outside: mock.outside }, result.stderr).toEqual({ code: 0, orphans: [], outside: [] });
    return result;
  } finally {
    await mock.close();
  }
}

/** As the client itself names it. */
function sessionOf({ stdout }: ClientResult): string {
  return /"(?:session_id|thread_id)":"([0-9a-f-]{36})"/.exec(stdout)?.[1] ?? "";
}

function answerIn({ requests }: ClientResult): Usage {
  const text = toolResults(turnRequest(requests, 1)).at(-1)?.text ?? "";
  // Codex puts its own timing before the JSON.
  return JSON.parse(text.replace(/^Wall time: [\d.]+ seconds\nOutput:\s*/, "")) as Usage;
}
