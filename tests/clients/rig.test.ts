import { randomUUID } from "node:crypto";
import { fetchClients } from "@paios/shared/testing/client-fetch";
import { type ClientResult, type ClientRun, runClaude, runCodex } from "@paios/shared/testing/clients";
import { type MockModels, offers, startMockModels, toolResults, turnRequest } from "@paios/shared/testing/mock-models";
import type { Turn } from "@paios/shared/testing/model-protocol";
import { processesWith } from "@paios/shared/testing/processes";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { beforeAll, describe, expect, it } from "vitest";
import { fixtureServer } from "./fixtures.ts";

const echo = { tool: { server: "test", name: "test_echo", input: { text: "quack", times: 2 } } };
const echoed = '{"text":"quackquack","characters":10}';

// The first run fetches both clients (0.8 GB); it says so when it cannot.
beforeAll(() => fetchClients(), 600_000);

interface Case {
  name: string;
  run: (options: ClientRun) => Promise<ClientResult>;
  options: Partial<ClientRun>;
  /** How the client meets the fixture's tools: at once, or behind its own tool search. */
  how: "listed" | "deferred";
}

const claude: Case = { name: "Claude Code", run: runClaude, options: { env: { ENABLE_TOOL_SEARCH: "false" } }, how: "listed" };
const codex: Case = { name: "Codex", run: runCodex, options: {}, how: "listed" };
const searchingClaude: Case = { name: "Claude Code with tool search", run: runClaude, options: {}, how: "deferred" };
const searchingCodex: Case = { name: "Codex with tool search", run: runCodex, options: { model: "gpt-6.1-sol" }, how: "deferred" };

describe.each([claude, codex, searchingClaude, searchingCodex])("$name", ({ run, options, how }) => {
  it("CHANGE-05 offers a tool, calls it, and gives its result to the model", async () => {
    using home = temporaryFolder();
    await withMock([echo, { text: "All echoed." }], async (mock) => {
      const result = await run({ prompt: "Echo something", mock, servers: [fixtureServer({ PAIOS_HOME: home.path })], ...options });
      expect({ code: result.code, orphans: result.orphans, outside: mock.outside }, result.stderr).toEqual({ code: 0, orphans: [], outside: [] });
      expect(offers(turnRequest(result.requests, 0), "test", "test_echo")).toBe(how);
      expect(toolResults(turnRequest(result.requests, 1)).at(-1)?.text).toContain(echoed);
      expect(result.stdout).toContain("All echoed.");
    });
  });

});

describe.each([
  { ...searchingClaude, query: "select:mcp__test__test_echo" },
  { ...searchingCodex, query: "give back a text" },
])("$name", ({ run, options, query }) => {
  it("finds the tool by its own search first", async () => {
    using home = temporaryFolder();
    await withMock([{ search: query }, echo], async (mock) => {
      const result = await run({ prompt: "Echo something", mock, servers: [fixtureServer({ PAIOS_HOME: home.path })], ...options });
      expect(result.code, result.stderr).toBe(0);
      expect(JSON.stringify(turnRequest(result.requests, 1).body)).toContain("Gives back its text");
      expect(toolResults(turnRequest(result.requests, 2)).at(-1)?.text).toContain(echoed);
    });
  });
});

describe.each([claude, codex])("$name", ({ run }) => {
  it("leaves nothing behind when its time is up in a call", async () => {
    using home = temporaryFolder();
    const marker = { PAIOS_RIG_TEST: randomUUID() };
    await withMock([{ tool: { server: "test", name: "test_wait", input: { milliseconds: 10_000 } } }], async (mock) => {
      const servers = [fixtureServer({ PAIOS_HOME: home.path, ...marker })];
      const hung = run({ prompt: "Wait", mock, servers, env: marker, timeoutMs: 3_000 });
      await expect(hung).rejects.toThrow("took longer than 3 s");
      expect(mock.requests.length).toBeGreaterThan(0);
      expect(processesWith(marker.PAIOS_RIG_TEST)).toEqual([]);
    });
  });

  it("is caught when one of its servers leaves a process behind", async () => {
    using home = temporaryFolder();
    const { command, args, ...server } = fixtureServer({ PAIOS_HOME: home.path });
    const leaving = { ...server, command: "sh", args: ["-c", 'setsid sleep 61 & exec "$@"', "sh", command, ...args] };
    await withMock([echo], async (mock) => {
      const result = await run({ prompt: "Echo something", mock, servers: [leaving] });
      expect(result.orphans).toEqual(["sleep 61"]);
    });
  });
});

async function withMock(script: readonly Turn[], work: (mock: MockModels) => Promise<void>): Promise<void> {
  const mock = await startMockModels(script);
  try {
    await work(mock);
  } finally {
    await mock.close();
  }
}
