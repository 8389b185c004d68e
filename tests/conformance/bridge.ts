import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { type ServerUnderTest, startStdio } from "@paios/shared/testing/stdio";

export interface Bridge {
  url: string;
  close: () => Promise<void>;
}

/** Streamable HTTP in front of a stdio server, a process for each session: the suite takes nothing but a URL. */
export async function startBridge(server: ServerUnderTest): Promise<Bridge> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const ends: (() => Promise<unknown>)[] = [];
  let hosts: string[] = [];

  async function open(): Promise<StreamableHTTPServerTransport> {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      enableDnsRebindingProtection: true,
      allowedHosts: hosts,
    });
    const requestOf = new Map<unknown, string | number>();
    const child = startStdio(server, (line) => {
      const message = JSON.parse(line) as JSONRPCMessage;
      const related = relatedRequest(message, requestOf);
      // A client that went away has nobody to answer.
      transport.send(message, related === undefined ? {} : { relatedRequestId: related }).catch(() => {});
    });
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a transport has no such method
    transport.onmessage = (message) => {
      if ("method" in message && "id" in message) requestOf.set(message.params?._meta?.progressToken, message.id);
      void child.write(JSON.stringify(message));
    };
    ends.push(() => {
      child.closeInput();
      return child.ended;
    });
    await transport.start();
    return transport;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = request.headers["mcp-session-id"];
    const transport = (typeof id === "string" ? sessions.get(id) : undefined) ?? (await open());
    await transport.handleRequest(request, response);
  }

  const http = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  hosts = [`127.0.0.1:${port}`, `localhost:${port}`];

  return {
    url: `http://127.0.0.1:${port}/mcp`,
    close: async () => {
      http.close();
      http.closeAllConnections();
      await Promise.all(ends.map((end) => end()));
    },
  };
}

/** HTTP needs to know whose stream a message belongs to; on stdio there is only one. */
function relatedRequest(message: JSONRPCMessage, requestOf: ReadonlyMap<unknown, string | number>): string | number | undefined {
  if ("method" in message) return requestOf.get(message.params?.["progressToken"]);
  return message.id;
}
