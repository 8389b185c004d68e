import type { HttpBindings } from "@hono/node-server";
import type { MiddlewareHandler } from "hono";
import { UserError } from "@paios/shared/errors";

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

/** Stops web pages: a rebound DNS name shows in Host, a foreign page in Origin. */
export const checkCaller: MiddlewareHandler<{ Bindings: HttpBindings }> = async (context, next) => {
  const { localPort } = context.env.incoming.socket;
  const host = context.req.header("host")?.toLowerCase();
  if (!loopbackNames.some((name) => host === `${name}:${localPort}`)) {
    throw new UserError("refused", `The Host header must be localhost:${localPort} or 127.0.0.1:${localPort}. Address this server by that name.`);
  }
  const origin = context.req.header("origin");
  if (origin !== undefined && !isLoopback(origin)) throw new UserError("refused", "Pages from other places may not use this server. Call it from this machine, without an Origin header.");
  await next();
};

function isLoopback(origin: string): boolean {
  const url = URL.parse(origin);
  return url !== null && /^https?:$/.test(url.protocol) && loopbackNames.includes(url.hostname);
}
