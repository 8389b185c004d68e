import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { UserError } from "./errors.ts";
import { retry } from "./retry.ts";
import { traceparent } from "./trace.ts";

export interface ConnectOptions {
  command: string;
  args: readonly string[];
  cwd?: string;
  /** Added to the caller's environment. */
  env?: Record<string, string>;
  /** For the handshake; a first attempt that fails is repeated once. */
  timeoutMs?: number;
  name?: string;
}

export interface CallOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total?: number, message?: string) => void;
}

/** A running MCP server as this process's child. `call` returns the structured content, or throws the tool's message. */
export interface McpClient {
  server: { name: string; version: string };
  tools: () => Promise<string[]>;
  call: <T = unknown>(tool: string, input: Record<string, unknown>, options?: CallOptions) => Promise<T>;
  close: () => Promise<void>;
}

/** Starts a server over stdio and shakes hands, as Claude Code and Codex do. */
export function connect(options: ConnectOptions): Promise<McpClient> {
  return retry(() => connectOnce(options), { retries: 1, classify: () => "transient" });
}

async function connectOnce({ command, args, cwd, env = {}, timeoutMs = 10_000, name = "paios" }: ConnectOptions): Promise<McpClient> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const transport = new StdioClientTransport({ command, args: [...args], env: { ...inherited, ...env }, stderr: "pipe", ...(cwd && { cwd }) });
  let stderr = "";
  transport.stderr?.on("data", (part: Buffer) => {
    stderr = (stderr + part.toString("utf8")).slice(-4_000);
  });
  const client = new Client({ name, version: "1" });
  try {
    await client.connect(transport, { timeout: timeoutMs });
  } catch (error) {
    await client.close().catch(() => {});
    throw new UserError("unavailable", `The server ${args[0] ?? command} did not start: ${stderr.trim() || String(error)}`, { cause: error });
  }
  const { name: serverName = "", version = "" } = client.getServerVersion() ?? {};
  return {
    server: { name: serverName, version },
    tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call: async <T>(tool: string, input: Record<string, unknown>, call: CallOptions = {}) => {
      const parent = traceparent();
      const result = await client.callTool(
        { name: tool, arguments: input, ...(parent && { _meta: { traceparent: parent } }) },
        undefined,
        {
          timeout: call.timeoutMs ?? 60_000,
          ...(call.signal && { signal: call.signal }),
          ...(call.onProgress && { onprogress: ({ progress, total, message }) => call.onProgress?.(progress, total, message) }),
        },
      );
      if (result.isError) throw new UserError("unavailable", textOf(result.content));
      return (result.structuredContent ?? result.content) as T;
    },
    close: () => client.close(),
  };
}

function textOf(content: unknown): string {
  if (!Array.isArray(content)) return "";
  return content.map((block: unknown) => (typeof block === "object" && block && "text" in block ? String(block.text) : "")).join("\n");
}
