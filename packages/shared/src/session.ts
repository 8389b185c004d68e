import type { ServerFront } from "./serve.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = Record<string, Json | undefined>;
export type RequestId = string | number;
/** Sends one serialized JSON-RPC message. `related` is the request it belongs to, which HTTP needs to find its stream. */
export type Send = (message: string, related?: RequestId) => void;

/** A validated `tools/call`, ready to run. */
export interface Call {
  name: string;
  arguments: JsonObject;
  meta: JsonObject;
  client: string;
  signal: AbortSignal;
  progress: (done: number, total?: number, message?: string) => void;
}

/** Runs calls. Resolves to the serialized MCP result, or throws an error whose numeric `code` is JSON-RPC's. */
export interface Dispatch {
  call: (call: Call) => Promise<string>;
  /** Stores the trace as far as it is, at once. */
  flush: () => void;
  close: () => Promise<void>;
}

const rpc = { parseError: -32700, invalidRequest: -32600, methodNotFound: -32601, invalidParams: -32602, internalError: -32603 };

/** Newest first: a client that asks for an unknown version is offered the first. */
const protocolVersions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

interface SessionOptions {
  front: ServerFront;
  dispatch: () => Promise<Dispatch>;
  send: Send;
  /** Called once, after the first `tools/list` was answered. */
  onListed?: () => void;
}

/**
 * One client's MCP session (JSON-RPC 2.0), whatever the transport. Handshake and list are answered from the front
 * alone, in the same tick; only `tools/call` needs the rest. Source: modelcontextprotocol.io, revision 2025-11-25.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #running = new Map<RequestId, { abort: AbortController; done: Promise<void> }>();
  #client = "unknown";
  #listed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  receiveLine(line: string): void {
    if (line.trim() === "" && line !== "") return;
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return this.#fail(null, rpc.parseError, "Parse error: this line is not valid JSON");
    }
    this.receive(message);
  }

  /** A line that was not kept, by its two ends: who asked is told why there is no answer. */
  receiveTooLong(start: string, end: string, chars: number): void {
    const ids = [/"id"\s*:\s*(\d{1,15}|"[^"\\]{1,200}")/.exec(start)?.[1], /"id"\s*:\s*(\d{1,15}|"[^"\\]{1,200}")\s*\}\s*$/.exec(end)?.[1]];
    const id = ids.find((each) => each !== undefined);
    this.#fail(id === undefined ? null : (JSON.parse(id) as string | number), rpc.invalidRequest, `Too large: a message may have ${Math.floor(chars / 1_048_576)} MB. Hand over large material as a file.`);
  }

  receive(message: unknown): void {
    if (!isObject(message)) return this.#fail(null, rpc.invalidRequest, "Invalid request: a message is one JSON object");
    const { id, method, params } = message;
    if (method === undefined && ("result" in message || "error" in message)) return;
    if (message["jsonrpc"] !== "2.0" || typeof method !== "string") {
      return this.#fail(isId(id) ? id : null, rpc.invalidRequest, 'Invalid request: "jsonrpc" must be "2.0" and "method" a string');
    }
    if (!("id" in message)) return this.#notified(method, params);
    if (!isId(id)) return this.#fail(null, rpc.invalidRequest, 'Invalid request: "id" must be a string or an integer');
    if (params !== undefined && !isObject(params)) return this.#fail(id, rpc.invalidParams, "params: expected an object");
    this.#requested(id, method, params ?? {});
  }

  /** Lets running calls finish for `graceMs`, aborts the rest, and returns when all are answered or given up. */
  async close(graceMs: number): Promise<void> {
    const calls = [...this.#running.values()];
    const finished = Promise.all(calls.map((call) => call.done));
    await Promise.race([finished, wait(graceMs)]);
    for (const call of calls) call.abort.abort(new Error("the server is stopping"));
    await Promise.race([finished, wait(100)]);
  }

  #requested(id: RequestId, method: string, params: JsonObject): void {
    switch (method) {
      case "initialize":
        return this.#initialize(id, params);
      case "ping":
        return this.#answer(id, "{}");
      case "tools/list":
        return this.#list(id, params);
      case "tools/call":
        return this.#call(id, params);
      default:
        return this.#fail(id, rpc.methodNotFound, "Method not found");
    }
  }

  #initialize(id: RequestId, { protocolVersion, clientInfo }: JsonObject): void {
    if (typeof protocolVersion !== "string") return this.#fail(id, rpc.invalidParams, "protocolVersion: expected a string");
    const { front } = this.#options;
    if (isObject(clientInfo) && typeof clientInfo["name"] === "string") this.#client = clientInfo["name"].slice(0, 100);
    this.#answer(
      id,
      JSON.stringify({
        protocolVersion: protocolVersions.includes(protocolVersion) ? protocolVersion : protocolVersions[0],
        capabilities: { tools: {} },
        serverInfo: { name: front.name, title: front.title, version: front.version },
        instructions: front.instructions,
      }),
    );
  }

  #list(id: RequestId, { cursor }: JsonObject): void {
    if (cursor !== undefined) return this.#fail(id, rpc.invalidParams, "cursor: unknown; the list has one page");
    const { front, onListed } = this.#options;
    this.#answer(id, JSON.stringify({ tools: front.tools }));
    if (!this.#listed) onListed?.();
    this.#listed = true;
  }

  #call(id: RequestId, params: JsonObject): void {
    const { name, arguments: input = {}, _meta: meta = {} } = params;
    if (typeof name !== "string") return this.#fail(id, rpc.invalidParams, "name: expected a string");
    if (!isObject(input)) return this.#fail(id, rpc.invalidParams, "arguments: expected an object");
    if (!isObject(meta)) return this.#fail(id, rpc.invalidParams, "_meta: expected an object");
    if (!this.#options.front.tools.some((tool) => tool.name === name)) {
      const names = this.#options.front.tools.map((tool) => tool.name).join(", ");
      return this.#fail(id, rpc.invalidParams, `name: no such tool here; there are ${names}`);
    }
    if (this.#running.has(id)) return this.#fail(id, rpc.invalidRequest, "id: a request with this id is still running");
    const abort = new AbortController();
    const call: Call = {
      name,
      arguments: input,
      meta,
      client: this.#client,
      signal: abort.signal,
      progress: this.#progressSender(meta["progressToken"], id),
    };
    const done = this.#run(id, call).finally(() => this.#running.delete(id));
    this.#running.set(id, { abort, done });
  }

  async #run(id: RequestId, call: Call): Promise<void> {
    try {
      const dispatch = await this.#options.dispatch();
      const result = await dispatch.call(call);
      // A cancelled request gets no answer (MCP, cancellation).
      if (!call.signal.aborted) this.#answer(id, result);
    } catch (error) {
      if (call.signal.aborted) return;
      if (error instanceof Error && "code" in error && typeof error.code === "number") return this.#fail(id, error.code, error.message);
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`${this.#options.front.name}: cannot start: ${reason}\n`);
      const text = "The server could not start its tools; its standard error says why. Reinstall or rebuild it.";
      this.#answer(id, JSON.stringify({ content: [{ type: "text", text }], isError: true }));
    }
  }

  #notified(method: string, params: unknown): void {
    if (method !== "notifications/cancelled" || !isObject(params) || !isId(params["requestId"])) return;
    this.#running.get(params["requestId"])?.abort.abort(new Error("cancelled by the client"));
  }

  #progressSender(progressToken: Json | undefined, id: RequestId): Call["progress"] {
    if (!isId(progressToken)) return () => {};
    return (progress, total, message) =>
      this.#send({ jsonrpc: "2.0", method: "notifications/progress", params: { progressToken, progress, total, message } }, id);
  }

  #answer(id: RequestId, result: string): void {
    this.#options.send(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`, id);
  }

  #fail(id: RequestId | null, code: number, message: string): void {
    this.#send({ jsonrpc: "2.0", id, error: { code, message } }, id ?? undefined);
  }

  #send(message: object, related: RequestId | undefined): void {
    this.#options.send(JSON.stringify(message), related);
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is RequestId {
  return typeof value === "string" || Number.isSafeInteger(value);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
