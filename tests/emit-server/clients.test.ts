import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { server } from "@paios/obs-server";
import { openInProcess } from "@paios/shared/calls";
import { fetchClients } from "@paios/shared/testing/client-fetch";
import { type ClientResult, type ClientRun, runClaude, runCodex } from "@paios/shared/testing/clients";
import { startMockModels, toolResults, turnRequest } from "@paios/shared/testing/mock-models";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { beforeAll, describe, expect, it } from "vitest";
import { builtServer } from "../clients/fixtures.ts";
import { startEmit } from "./rig.ts";

// The first run fetches both clients (0.8 GB); it says so when it cannot.
beforeAll(() => fetchClients(), 600_000);

/** One in each place where a person, a model or a tool says something. */
const said = { prompt: "quokkaprompt", argument: "quokkaargument", output: "quokkaoutput", answer: "quokkaanswer" };

interface Event {
  traceId: string;
  category: string;
  action: string;
  service: string;
  status: string;
  metadata: Record<string, unknown>;
}
type Query = (filter: object) => Promise<Event[]>;

interface Client {
  service: string;
  run: (options: ClientRun) => Promise<ClientResult>;
  telemetryTo: (url: string) => Partial<ClientRun>;
  session: RegExp;
  /** What it says about the call of the tool, about the whole of its usage, and what that holds. */
  call: string[];
  usage: { action: string; each: Record<string, unknown> };
  metrics: string[];
}

const claude: Client = {
  service: "claude-code",
  run: runClaude,
  telemetryTo: (url) => ({
    env: {
      DISABLE_TELEMETRY: "",
      CLAUDE_CODE_ENABLE_TELEMETRY: "1",
      CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: "1",
      OTEL_TRACES_EXPORTER: "otlp",
      OTEL_LOGS_EXPORTER: "otlp",
      OTEL_METRICS_EXPORTER: "otlp",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_TRACES_EXPORT_INTERVAL: "500",
      OTEL_LOGS_EXPORT_INTERVAL: "500",
      OTEL_METRIC_EXPORT_INTERVAL: "500",
      // As careless as a person can be: everything is sent.
      OTEL_LOG_USER_PROMPTS: "1",
      OTEL_LOG_TOOL_DETAILS: "1",
      OTEL_LOG_TOOL_CONTENT: "1",
    },
  }),
  session: /"session_id":"([^"]+)"/,
  call: ["claude_code.tool", "tool_result"],
  usage: { action: "api_request", each: { "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 5, "paios.cost_usd": expect.any(Number) as number } },
  metrics: ["claude_code.token.usage", "claude_code.cost.usage"],
};

const codex: Client = {
  service: "codex",
  run: runCodex,
  telemetryTo: (url) => {
    const exporter = (path: string) => `{ otlp-http = { endpoint = "${url}/v1/${path}", protocol = "json" } }`;
    return { config: `[otel]\nlog_user_prompt = true\nexporter = ${exporter("logs")}\ntrace_exporter = ${exporter("traces")}\nmetrics_exporter = ${exporter("metrics")}` };
  },
  session: /"thread_id":"([^"]+)"/,
  call: ["mcp.tools.call", "codex.tool_result"],
  usage: { action: "codex.sse_event", each: { "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 5 } },
  metrics: ["codex.turn.token_usage"],
};

describe.each([claude, codex])("the telemetry of the real $service", (client) => {
  it("LOG-09 is found beside our own spans by session and call, with tokens and cost, and without what was said", async () => {
    using folder = temporaryFolder();
    const home = join(folder.path, "paios");
    await using emit = await startEmit(folder.path);
    const result = await callsKb(client, home, emit.url);
    const session = client.session.exec(result.stdout)?.[1] ?? "none";

    await withQueries(home, async (query) => {
      const [ours] = await query({ service: "kb", action: "tools/call kb_search" });
      const callId = ours?.metadata["gen_ai.tool.call.id"];
      expect(ours?.metadata).toMatchObject({ "session.id": session, "gen_ai.tool.call.id": expect.any(String) as string });

      const ofCall = await query({ traceId: callId });
      expect(ofCall).toContainEqual(ours);
      const theirs = ofCall.filter(({ service, metadata }) => service === client.service && metadata["gen_ai.tool.call.id"] === callId);
      expect(theirs.map(({ action }) => action)).toEqual(expect.arrayContaining(client.call));

      const ofSession = await query({ traceId: session });
      expect(ofSession).toEqual(expect.arrayContaining(ofCall));
      const named = (action: string) => ofSession.filter((event) => event.service === client.service && event.action === action);
      expect(named(client.usage.action)).toHaveLength(result.requests.filter(({ turn }) => turn !== undefined).length);
      for (const event of named(client.usage.action)) expect(event).toMatchObject({ category: "telemetry", status: "ok", metadata: client.usage.each });
      for (const metric of client.metrics) {
        const values = (await query({ service: client.service, action: metric })).map(({ metadata }) => metadata["paios.metric.value"]);
        expect(values.length, metric).toBeGreaterThan(0);
        expect(values.every((value) => typeof value === "number"), metric).toBe(true);
      }

      const stored = bytesOf(home);
      expect(stored).toContain(String(callId));
      for (const word of Object.values(said)) {
        expect(await query({ text: word })).toEqual([]);
        expect(stored.includes(word), word).toBe(false);
      }
    });
  });
});

/** The client adds a note and finds it again, so that prompt, arguments, output and answer all hold a word to look for. */
async function callsKb({ run, telemetryTo }: Client, home: string, url: string): Promise<ClientResult> {
  const text = `The ${said.output} heater of the greenhouse runs from 22:00 to 06:00 at 14 degrees.`;
  const mock = await startMockModels([
    { tool: { server: "kb", name: "kb_add", input: { title: "Greenhouse heater", text } } },
    { tool: { server: "kb", name: "kb_search", input: { query: `greenhouse heater ${said.argument}` } } },
    { text: `Thank you, ${said.answer}.` },
  ]);
  try {
    const result = await run({ prompt: `Use the knowledge base, ${said.prompt}`, mock, servers: [builtServer("kb", { PAIOS_HOME: home })], ...telemetryTo(url) });
    expect({ code: result.code, outside: mock.outside }, result.stderr).toEqual({ code: 0, outside: [] });
    expect(toolResults(turnRequest(result.requests, 2)).at(-1)?.text).toContain(said.output);
    return result;
  } finally {
    await mock.close();
  }
}

async function withQueries(home: string, ask: (query: Query) => Promise<void>): Promise<void> {
  const before = process.env["PAIOS_HOME"];
  process.env["PAIOS_HOME"] = home;
  const tools = openInProcess("obs", server, { client: "test", way: "person" });
  try {
    await ask(async (filter) => (await tools.call<{ events: Event[] }>("obs_query", { limit: 200, ...filter })).events);
  } finally {
    await tools.close();
    process.env["PAIOS_HOME"] = before;
  }
}

/** Everything observability holds on disk, its journal too. */
function bytesOf(home: string): string {
  const files = readdirSync(home).filter((name) => name.startsWith("observability"));
  return files.map((name) => readFileSync(join(home, name), "latin1")).join("\n");
}
