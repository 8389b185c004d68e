import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { UserError } from "./errors.ts";
import type { Send, Session } from "./session.ts";

export interface Listening {
  url: string;
  close: (graceMs: number) => Promise<void>;
}

interface Client {
  transport: StreamableHTTPServerTransport;
  session: Session;
  seen: number;
}

const maxBodyBytes = 16 * 1024 * 1024;
const maxClients = 64;

/**
 * Streamable HTTP at `/mcp` on a loopback address, each client with a session of its own.
 * Host and Origin are checked against that address, which stops DNS rebinding from a web page.
 */
export async function listen(name: string, address: string, openSession: (send: Send) => Session): Promise<Listening> {
  const { host, port } = parseAddress(address);
  const clients = new Map<string, Client>();
  const http = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      process.stderr.write(`${name}: ${error instanceof Error ? error.stack : String(error)}\n`);
      if (!response.headersSent) refuse(response, 500, "Internal error; the server's log has the details");
    });
  });
  http.requestTimeout = 30_000;
  http.headersTimeout = 10_000;
  const bound = await bind(http, host, port);
  const hosts = new Set(["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${bound}`));

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { origin } = request.headers;
    if (!hosts.has(request.headers.host ?? "")) return refuse(response, 403, "Host is not this loopback address");
    if (origin !== undefined && !hosts.has(origin.replace(/^https?:\/\//, ""))) return refuse(response, 403, "Origin is not allowed");
    if (request.url?.split("?")[0] !== "/mcp") return refuse(response, 404, "The endpoint is /mcp");
    const id = request.headers["mcp-session-id"];
    const known = typeof id === "string" ? clients.get(id) : undefined;
    if (id !== undefined && !known) return refuse(response, 404, "Session not found; initialize again");
    let body: unknown;
    if (request.method === "POST") {
      const text = await readBody(request);
      if (text === undefined) return refuse(response, 413, `A message is at most ${maxBodyBytes} bytes`);
      body = parseJson(text);
      if (body === undefined) return refuse(response, 400, "Parse error: the body is not valid JSON", -32700);
    }
    const client = known ?? (await connect());
    client.seen = Date.now();
    await client.transport.handleRequest(request, response, body);
  }

  async function connect(): Promise<Client> {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        dropOldest();
        clients.set(id, client);
      },
      onsessionclosed: (id) => void clients.delete(id),
    });
    const session = openSession((message, related) => {
      // A client that went away has nobody to answer.
      transport.send(JSON.parse(message) as JSONRPCMessage, related === undefined ? {} : { relatedRequestId: related }).catch(() => {});
    });
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a transport has no such method
    transport.onmessage = (message) => session.receive(message);
    const client: Client = { transport, session, seen: Date.now() };
    await transport.start();
    return client;
  }

  function dropOldest(): void {
    if (clients.size < maxClients) return;
    const [oldest] = [...clients].sort(([, a], [, b]) => a.seen - b.seen);
    if (!oldest) return;
    clients.delete(oldest[0]);
    void oldest[1].transport.close();
  }

  return {
    url: `http://${host}:${bound}/mcp`,
    close: async (graceMs) => {
      http.close();
      await Promise.all([...clients.values()].map((client) => client.session.close(graceMs)));
      http.closeAllConnections();
    },
  };
}

function parseAddress(address: string): { host: string; port: number } {
  const match = /^(127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})$/.exec(address);
  const port = Number(match?.[2]);
  if (!match?.[1] || port > 65_535) {
    throw new UserError("bad_input", `--http takes a loopback address such as 127.0.0.1:4750, not "${address}". Nothing of PAIOS listens beyond loopback.`);
  }
  return { host: match[1], port };
}

function bind(http: ReturnType<typeof createServer>, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "EADDRINUSE" ? `Port ${port} is in use. Choose another, or find its owner with: lsof -i :${port}` : error.message;
      reject(new UserError("unavailable", reason, { cause: error }));
    });
    http.listen(port, host.replace(/^\[|\]$/g, ""), () => {
      const bound = http.address();
      resolve(typeof bound === "object" && bound ? bound.port : port);
    });
  });
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBodyBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number, message: string, code = -32_000): void {
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id: null, error: { code, message } }));
}
