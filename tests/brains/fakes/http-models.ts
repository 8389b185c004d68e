import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface HttpCall {
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

export interface HttpFake {
  url: string;
  calls: HttpCall[];
  close: () => Promise<void>;
}

/** A loopback server that keeps what it is asked and answers as told; `response` may be left open or destroyed. */
export async function startHttpFake(answer: (call: HttpCall, response: ServerResponse) => void): Promise<HttpFake> {
  const calls: HttpCall[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString("utf8");
      const call = { path: request.url ?? "", headers: request.headers, body: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown> };
      calls.push(call);
      answer(call, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function json(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** Sends events as both llama.cpp and Google do; `cut` breaks the connection after them. */
export function events(response: ServerResponse, values: readonly (object | string)[], cut = false): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const value of values) response.write(`data: ${typeof value === "string" ? value : JSON.stringify(value)}\r\n\r\n`);
  if (cut) setTimeout(() => response.destroy(), 20);
  else response.end();
}
