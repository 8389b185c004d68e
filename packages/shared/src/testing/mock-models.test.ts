import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { offers, startMockModels, toolResults, turnRequest } from "./mock-models.ts";

const tools = [{ name: "mcp__kb__kb_search" }];
const script = [{ tool: { server: "kb", name: "kb_search", input: { query: "ducks" } } }, { text: "Found." }];

async function post(url: string, body: object): Promise<string> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  return `${response.status} ${await response.text()}`;
}

describe("startMockModels", () => {
  it("gives each request of the conversation the next turn, and side requests none", async () => {
    const mock = await startMockModels(script);
    const url = `${mock.url}/v1/messages?beta=true`;
    expect(await post(url, { stream: true, tools })).toContain('"partial_json":"{\\"query\\":\\"ducks\\"}"');
    expect(await post(url, { stream: true, system: "Write a title" })).toContain('"text_delta","text":"Done."');
    expect(await post(url, { tools })).toContain('"content":[{"type":"text","text":"Found."}],"stop_reason":"end_turn"');
    expect(mock.requests.map(({ path, turn }) => ({ path, turn }))).toEqual([
      { path: "/v1/messages", turn: 0 },
      { path: "/v1/messages", turn: undefined },
      { path: "/v1/messages", turn: 1 },
    ]);
    expect(turnRequest(mock.requests, 1).body).toEqual({ tools });
    expect(() => turnRequest(mock.requests, 2)).toThrow("The model was never asked for turn 2; it got 3 requests in all");
    await mock.close();
  });

  it("speaks the Responses API with the same script", async () => {
    const mock = await startMockModels(script);
    const namespaced = [{ type: "namespace", name: "mcp__kb", tools: [{ name: "kb_search" }] }];
    const first = await post(`${mock.url}/v1/responses`, { stream: true, tools: namespaced });
    expect(first.match(/(?<=event: )\S+/g)).toEqual(["response.created", "response.output_item.added", "response.output_item.done", "response.completed"]);
    expect(first).toContain('"namespace":"mcp__kb","name":"kb_search","arguments":"{\\"query\\":\\"ducks\\"}"');
    await mock.close();
  });

  it("answers what else a CLI asks, and refuses to be a way out", async () => {
    const mock = await startMockModels([]);
    expect(await post(`${mock.url}/v1/messages/count_tokens`, {})).toBe('200 {"input_tokens":10}');
    expect(await post(`${mock.url}/api/event_logging`, {})).toMatch(/^404 /);
    const { hostname, port } = new URL(mock.url);
    const status = await new Promise((resolve) => {
      request({ hostname, port, method: "CONNECT", path: "example.com:443" }).on("connect", (response) => resolve(response.statusCode)).end();
    });
    expect({ status, outside: mock.outside }).toEqual({ status: 403, outside: ["example.com:443"] });
    await mock.close();
  });
});

describe("what a request says", () => {
  const asked = (path: string, body: Record<string, unknown>) => ({ path, body, time: 0 });

  it("tells a listed tool from a deferred and a missing one", () => {
    const deferredClaude = asked("/v1/messages", { tools: [{ name: "ToolSearch" }], messages: [{ role: "user", content: "Deferred:\nmcp__kb__kb_search\n" }] });
    const deferredCodex = asked("/v1/responses", { input: [{ role: "developer", content: [{ text: "Deferred tool namespaces:\n- mcp__kb: Notes.\n" }] }] });
    expect(offers(asked("/v1/messages", { tools }), "kb", "kb_search")).toBe("listed");
    expect(offers(asked("/v1/messages", { tools }), "kb", "kb_add")).toBeUndefined();
    expect(offers(deferredClaude, "kb", "kb_search")).toBe("deferred");
    expect(offers(deferredClaude, "kb", "kb")).toBeUndefined();
    expect(offers(deferredCodex, "kb", "kb_search")).toBe("deferred");
    expect(offers(deferredCodex, "obs", "obs_query")).toBeUndefined();
  });

  it("reads tool results with their pictures", () => {
    const claude = [{ role: "user", content: [{ type: "tool_result", content: [{ type: "image" }, { type: "text", text: "a cat" }] }, { type: "tool_result", content: "plain" }] }];
    const codex = [{ type: "function_call_output", output: [{ type: "input_image" }, { type: "input_text", text: "a cat" }] }, { type: "function_call_output", output: "plain" }];
    const both = [{ text: "a cat", images: 1 }, { text: "plain", images: 0 }];
    expect(toolResults(asked("/v1/messages", { messages: claude }))).toEqual(both);
    expect(toolResults(asked("/v1/responses", { input: codex }))).toEqual(both);
  });
});
