import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { UserError, type UserErrorCode } from "@paios/shared/errors";
import type { TraceEvent } from "@paios/shared/trace";
import { decodeLogs, decodeMetrics, decodeTraces, type OtlpType, otlpTypes } from "../otlp/decode.ts";
import { logsToEvents } from "../otlp/logs.ts";
import { metricsToEvents } from "../otlp/metrics.ts";
import { tracesToEvents } from "../otlp/traces.ts";
import { parseJson } from "../parse-json.ts";
import { readPostedEvents } from "../posted-events.ts";
import { type BodyBudget, discardRest, readBody } from "./body.ts";
import { checkCaller } from "./caller.ts";

export interface AppOptions {
  /** Stores the events; they are durable when it returns. */
  accept: (events: readonly TraceEvent[]) => void;
  health: () => { status: string };
  /** The text of /metrics. */
  metrics: () => string;
  log: (error: unknown) => void;
}

type Env = { Bindings: HttpBindings };

const metricsType = "text/plain; version=0.0.4; charset=utf-8";

/** The routes. Every answer but /healthz, /metrics and OTLP's protobuf is JSON; a refusal is `{ message }`. */
export function createApp({ accept, health, metrics, log }: AppOptions): Hono<Env> {
  const app = new Hono<Env>();
  const budget: BodyBudget = { held: 0 };
  app.use(async (context, next) => {
    await next();
    if (context.req.method !== "GET" && context.req.method !== "HEAD") await discardRest(context.env.incoming);
  });
  app.use(checkCaller);

  app.get("/healthz", (context) => context.text("ok"));
  app.get("/health", (context) => {
    const report = health();
    return context.json(report, report.status === "ok" || report.status === "degraded" ? 200 : 503);
  });
  app.get("/metrics", (context) => context.body(metrics(), 200, { "content-type": metricsType }));

  app.post("/v1/events", async (context) => {
    contentType(context, ["application/json"]);
    return readBody(context.env.incoming, budget, (body) => {
      const events = readPostedEvents(parseJson(body), Date.now());
      accept(events);
      return context.json({ accepted: events.length }, 202);
    });
  });

  const decoders: Record<string, (type: OtlpType, body: Buffer, now: number) => TraceEvent[]> = {
    "/v1/traces": (type, body, now) => tracesToEvents(decodeTraces(type, body), now),
    "/v1/logs": (type, body, now) => logsToEvents(decodeLogs(type, body), now),
    "/v1/metrics": (type, body, now) => metricsToEvents(decodeMetrics(type, body), now),
  };
  for (const [path, toEvents] of Object.entries(decoders)) {
    app.post(path, async (context) => {
      const type = contentType(context, otlpTypes);
      return readBody(context.env.incoming, budget, (body) => {
        accept(toEvents(type, body, Date.now()));
        return context.body(type === "application/json" ? "{}" : "", 200, { "content-type": type });
      });
    });
  }

  const methods = { GET: ["/healthz", "/health", "/metrics"], POST: ["/v1/events", ...Object.keys(decoders)] };
  for (const [method, paths] of Object.entries(methods)) {
    app.on(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], paths, (context) => refuse(context, 405, `This address takes ${method} only.`, { allow: method }));
  }
  app.notFound((context) => refuse(context, 404, "There is nothing at this address. See /healthz, /health, /metrics, /v1/events, /v1/traces, /v1/logs, /v1/metrics."));
  app.onError((error, context) => answerError(error, context, log));
  return app;
}

/** The request's content type when it is one of those that fit. */
function contentType<T extends string>(context: Context<Env>, fitting: readonly T[]): T {
  const given = context.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  const type = fitting.find((each) => each === given);
  if (!type) throw new HTTPException(415, { message: `The content type must be ${fitting.join(" or ")}.` });
  return type;
}

const statuses: Record<UserErrorCode, ContentfulStatusCode> = {
  bad_input: 400,
  refused: 403,
  not_found: 404,
  timed_out: 408,
  too_large: 413,
  config: 500,
  storage: 503,
  unavailable: 503,
};

function answerError(error: Error, context: Context<Env>, log: (error: unknown) => void): Response {
  if (error instanceof HTTPException) return refuse(context, error.status, error.message);
  if (!(error instanceof UserError)) {
    log(error);
    return refuse(context, 500, "Internal error; the server's log has the details.");
  }
  const status = statuses[error.code];
  if (status >= 500) log(error);
  return refuse(context, status, error.message, status === 503 ? { "retry-after": "1" } : {});
}

function refuse(context: Context<Env>, status: ContentfulStatusCode, message: string, headers: Record<string, string> = {}): Response {
  return context.json({ message }, status, headers);
}
