import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ModelRequest } from "@paios/shared/testing/mock-models";

export interface FaultyModel {
  url: string;
  /** Resolves at the first request of a conversation. */
  asked: Promise<void>;
  requests: ModelRequest[];
  close: () => Promise<void>;
}

/** Instead of an answer: nothing for ever, a shell command that never ends, or a status with a body. */
export type Fault = "hang" | { command: string } | { status: number; body: object; headers?: Record<string, string> };

/** A model of both providers that never answers well. */
export async function startFaultyModel(fault: Fault): Promise<FaultyModel> {
  const requests: ModelRequest[] = [];
  let first: () => void;
  const asked = new Promise<void>((resolve) => {
    first = resolve;
  });
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0] ?? "";
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      if (!/\/(messages|responses)$/.test(path)) return answer(response, 404, {});
      requests.push({ path, body: JSON.parse(Buffer.concat(parts).toString("utf8")) as ModelRequest["body"], time: Date.now() });
      first();
      if (fault === "hang") return;
      if ("command" in fault) sendCommand(response, path, fault.command);
      else answer(response, fault.status, fault.body, fault.headers);
    });
  });
  server.on("connect", (_, socket) => {
    socket.on("error", () => {});
    socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** A turn that wants a shell command, in the protocol of the path. */
function sendCommand(response: ServerResponse, path: string, command: string): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of path.endsWith("messages") ? anthropicCommand(command) : openaiCommand(command)) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
}

function anthropicCommand(command: string) {
  const message = { id: "msg_1", type: "message", role: "assistant", model: "mock", content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 1, output_tokens: 1 } };
  return [
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: { type: "tool_use", id: "toolu_1", name: "Bash", input: {} } },
    { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: JSON.stringify({ command, description: "Waits" }) } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null }, usage: { output_tokens: 5 } },
    { type: "message_stop" },
  ];
}

function openaiCommand(command: string) {
  const item = { type: "function_call", id: "fc_1", call_id: "call_1", name: "exec_command", arguments: JSON.stringify({ cmd: command, yield_time_ms: 60_000 }) };
  const usage = { input_tokens: 1, input_tokens_details: null, output_tokens: 1, output_tokens_details: null, total_tokens: 2 };
  const response = { id: "resp_1", object: "response", model: "mock", usage, status: "completed", output: [item] };
  return [
    { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
    { type: "response.output_item.added", output_index: 0, item },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response },
  ];
}
