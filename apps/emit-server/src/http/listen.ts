import { type AddressInfo } from "node:net";
import { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import type { HttpBindings } from "@hono/node-server";
import { errorCode, UserError } from "@paios/shared/errors";

const host = "127.0.0.1";
const maxConnections = 100;
const graceMs = 400;

export interface Listening {
  url: string;
  /** Takes no more connections, lets running requests finish for a moment, then ends them. */
  close: () => Promise<void>;
}

/** Serves the app on loopback. Throws `UserError("unavailable")` when the port is taken. */
export async function listen(app: Hono<{ Bindings: HttpBindings }>, port: number): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    serverOptions: { headersTimeout: 5_000, requestTimeout: 15_000, connectionsCheckingInterval: 1_000, keepAliveTimeout: 5_000 },
  });
  if (!(server instanceof Server)) throw new Error("An HTTP/1.1 server was expected");
  server.maxConnections = maxConnections;
  // For those who do not read their answer.
  server.setTimeout(30_000);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(explain(error, port)));
    server.listen(port, host, resolve);
  });
  server.on("error", () => {});
  return { url: `http://${host}:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function explain(error: Error, port: number): Error {
  const choose = 'choose another port with --port or in paios.json under "emit": { "port": … }.';
  if (errorCode(error) === "EADDRINUSE") {
    return new UserError("unavailable", `Port ${port} on ${host} is in use, perhaps by another paios-emit. \`curl http://${host}:${port}/healthz\` shows whether it is one. End it, or ${choose}`, { cause: error });
  }
  if (errorCode(error) === "EACCES") return new UserError("unavailable", `Port ${port} may only be opened by an administrator; ${choose}`, { cause: error });
  return error;
}
