import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as anthropic from "./mock-anthropic.ts";
import * as openai from "./mock-openai.ts";
import { isBody, type Body, type Provider, type ToolResult, type Turn } from "./model-protocol.ts";

/** One request of a CLI to its model. `turn` is the place in the script that answered it; side requests have none. */
export interface ModelRequest {
  path: string;
  body: Body;
  /** Epoch ms. */
  time: number;
  turn?: number;
}

export interface MockModels {
  /** Loopback, without a path: Claude's base URL. Codex takes it with `/v1`. */
  url: string;
  requests: ModelRequest[];
  /** Hosts beyond loopback that a CLI tried to reach through us as its proxy; all of them were refused. */
  outside: string[];
  close: () => Promise<void>;
}

const providers: Record<string, Provider> = { "/v1/messages": anthropic, "/v1/responses": openai };
const afterScript: Turn = { text: "Done." };

/**
 * A loopback server that speaks Anthropic's Messages API and OpenAI's Responses API, answers the n-th request of the
 * conversation with the n-th turn of `script` ("Done." after the last) and keeps every request.
 * Also a proxy that refuses everything, so that traffic beyond loopback shows and goes nowhere.
 */
export async function startMockModels(script: readonly Turn[]): Promise<MockModels> {
  const requests: ModelRequest[] = [];
  const outside: string[] = [];
  let next = 0;

  function answer(path: string, body: Body, response: ServerResponse): void {
    const provider = providers[path];
    const request: ModelRequest = { path, body, time: Date.now() };
    requests.push(request);
    if (!provider) return json(response, ...incidental(path));
    if (provider.isConversation(body)) request.turn = next++;
    const turn = request.turn === undefined ? afterScript : (script[request.turn] ?? afterScript);
    if (body["stream"] !== true) return json(response, 200, provider.whole(turn, requests.length, body));
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    for (const event of provider.stream(turn, requests.length, body)) {
      const type = "type" in event ? String(event.type) : "message";
      response.write(`event: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
    }
    response.end();
  }

  const server = createServer((request, response) => {
    if (!request.url?.startsWith("/")) {
      outside.push(request.url ?? "");
      return json(response, 403, { error: { message: "This proxy refuses everything" } });
    }
    const path = request.url.split("?")[0] ?? "/";
    readBody(request).then(
      (body) => answer(path, body, response),
      () => json(response, 400, { error: { message: "The body is not a JSON object" } }),
    );
  });
  server.on("connect", (request, socket) => {
    outside.push(request.url ?? "");
    socket.on("error", () => {});
    socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    outside,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** How a request offers a server's tool: in its tool list, behind the CLI's tool search, or not at all. */
export function offers(request: ModelRequest, server: string, tool: string): "listed" | "deferred" | undefined {
  return providers[request.path]?.offers(request.body, server, tool);
}

/** The tool results a request brings back to the model, oldest first. */
export function toolResults(request: ModelRequest): ToolResult[] {
  return providers[request.path]?.results(request.body) ?? [];
}

/** The request that turn `index` of the script answered. */
export function turnRequest(requests: readonly ModelRequest[], index: number): ModelRequest {
  const found = requests.find((request) => request.turn === index);
  if (!found) throw new Error(`The model was never asked for turn ${index}; it got ${requests.length} requests in all`);
  return found;
}

function incidental(path: string): [number, object] {
  if (path === "/v1/messages/count_tokens") return [200, { input_tokens: 10 }];
  if (path === "/v1/models") return [200, { object: "list", data: [], models: [] }];
  return [404, { error: { type: "not_found_error", message: "The mock model has no such endpoint" } }];
}

async function readBody(request: IncomingMessage): Promise<Body> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  const text = Buffer.concat(parts).toString("utf8");
  const body: unknown = text === "" ? {} : JSON.parse(text);
  if (!isBody(body)) throw new Error("not an object");
  return body;
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
