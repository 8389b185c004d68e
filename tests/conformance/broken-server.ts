import { createInterface } from "node:readline";

// A server by hand that breaks one promise, named in FAULT, and keeps the others: what `checkServer` must find.
const fault = process.env["FAULT"];
const hints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const properties = { text: { type: "string" } };

function list(): object[] {
  if (fault === "no tools") return [];
  const annotations = fault === "hint missing" ? { readOnlyHint: true } : hints;
  const description = fault === "other description" ? "Changed." : "A tool.";
  return [{ name: fault === "no prefix" ? "tool" : "broken_tool", description, inputSchema: { type: "object", properties }, annotations }];
}

function send(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

function call({ name, arguments: input }: { name?: unknown; arguments?: unknown }): object {
  if (name === undefined) return { error: { code: -32602, message: "name: missing" } };
  if (name !== "broken_tool") return fault === "unknown tool" ? { result: { isError: true } } : { error: { code: -32602, message: "no such tool" } };
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return { error: { code: fault === "internal error" ? -32603 : -32602, message: "arguments: expected an object" } };
  }
  return { error: { code: -32602, message: fault === "field unnamed" ? "wrong" : "text: expected a string" } };
}

function answer(method: string, params: Record<string, unknown>): object {
  switch (method) {
    case "initialize": {
      if (typeof params["protocolVersion"] !== "string") return { error: { code: -32602, message: "protocolVersion: missing" } };
      const protocolVersion = params["protocolVersion"] === "1999-01-01" || fault === "one protocol" ? "2025-06-18" : params["protocolVersion"];
      return { result: { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "broken", version: "1" }, instructions: fault === "no instructions" ? "" : "Broken." } };
    }
    case "ping":
      return { result: {} };
    case "tools/list":
      return { result: { tools: list() } };
    case "tools/call":
      return call(params);
    default:
      return { error: { code: fault === "discover" ? -32000 : -32601, message: "Method not found" } };
  }
}

if (fault === "banner") process.stdout.write("Broken server 1.0\n");

createInterface({ input: process.stdin })
  .on("line", (line) => {
    let message: { jsonrpc?: string; id?: unknown; method: string; params?: Record<string, unknown> };
    try {
      message = JSON.parse(line) as typeof message;
    } catch {
      if (fault !== "malformed ignored") send({ id: null, error: { code: -32700, message: "Parse error" } });
      return;
    }
    if (message.jsonrpc !== "2.0") return send({ id: null, error: { code: -32600, message: "Invalid request" } });
    send({ id: message.id, ...answer(message.method, message.params ?? {}) });
  })
  .on("close", () => process.exit(fault === "exit code" ? 3 : 0));
process.on("SIGINT", () => process.exit(0));
process.on("SIGTERM", () => {
  if (fault !== "deaf") setTimeout(() => process.exit(0), fault === "slow end" ? 1_300 : 0);
});
