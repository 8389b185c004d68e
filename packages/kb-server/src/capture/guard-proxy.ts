import http, { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, isIP, type AddressInfo, type LookupFunction, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { isAllowedAddress } from "./address.ts";
import { guardedLookup } from "./fetch.ts";

export interface GuardProxy {
  url: string;
  [Symbol.asyncDispose]: () => Promise<void>;
}

interface GuardOptions {
  allowPrivateAddresses: boolean;
  lookup?: LookupFunction | undefined;
}

/** A proxy on loopback that gives a program of others the network our own guard allows: no private addresses. */
export async function startGuardProxy(options: GuardOptions): Promise<GuardProxy> {
  const open = new Set<Duplex>();
  const server = createServer((request, response) => forward(request, response, options));
  server.on("connect", (request, socket) => tunnel(request, socket, options, open));
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function forward(request: IncomingMessage, response: ServerResponse, options: GuardOptions): void {
  const url = URL.parse(request.url ?? "");
  if (url?.protocol !== "http:" || !isAllowedHost(url.hostname, options)) {
    response.writeHead(403).end();
    return;
  }
  const { "proxy-connection": _, "proxy-authorization": __, ...headers } = request.headers;
  const sent = http.request(url, { method: request.method, headers, agent: false, lookup: guardedLookup(options) }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.on("error", () => response.destroy());
  });
  sent.on("error", () => (response.headersSent ? response.destroy() : response.writeHead(403).end()));
  response.on("close", () => sent.destroy());
  request.pipe(sent);
}

function tunnel(request: IncomingMessage, socket: Duplex, options: GuardOptions, open: Set<Duplex>): void {
  const target = URL.parse(`https://${request.url ?? ""}`);
  socket.on("error", () => socket.destroy());
  if (!target || !isAllowedHost(target.hostname, options)) {
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    return;
  }
  const remote = connect({ host: plainHost(target.hostname), port: Number(target.port || 443), lookup: guardedLookup(options) });
  open.add(remote);
  remote.on("connect", () => {
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    remote.pipe(socket).pipe(remote);
  });
  remote.on("error", () => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
  remote.on("close", () => {
    open.delete(remote);
    socket.destroy();
  });
  socket.on("close", () => remote.destroy());
}

/** A literal address is connected to without a lookup, so it is checked here. */
function isAllowedHost(hostname: string, { allowPrivateAddresses }: GuardOptions): boolean {
  const host = plainHost(hostname);
  return isIP(host) === 0 || isAllowedAddress(host, allowPrivateAddresses);
}

function plainHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}
