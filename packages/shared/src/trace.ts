import { AsyncLocalStorage } from "node:async_hooks";
import { errorTypeOf } from "./errors.ts";
import { randomHex } from "./ids.ts";

/** One event as PAIOS stores it: a finished span or a point in time. `time` is epoch ms, `durationMs` a float. */
export interface TraceEvent {
  traceId: string;
  spanId: string;
  parentId?: string;
  time: number;
  category: string;
  action: string;
  service: string;
  status: "ok" | "error";
  durationMs?: number;
  metadata: Record<string, unknown>;
}

/** Where finished spans go. `flush` returns when everything given before is on disk. */
export interface Sink {
  write: (event: TraceEvent) => void;
  flush: () => void;
}

/** A unit of work with W3C ids (32 and 16 hex digits). Attribute names follow OpenTelemetry, else `paios.*`. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  set: (attributes: Record<string, unknown>) => void;
  /** Records a point in time inside the span. */
  event: (action: string, metadata?: Record<string, unknown>) => void;
}

export interface Tracer {
  /**
   * Runs `work` in a span: a child of the running span, else of `parent` (a `traceparent` header), else a new trace.
   * What `work` throws is recorded as `error.type` and rethrown.
   */
  span: <T>(options: SpanOptions, work: (span: Span) => T) => T;
  flush: () => void;
}

export interface SpanOptions {
  category: string;
  action: string;
  /** A W3C `traceparent` from outside; ignored when malformed. */
  parent?: string | undefined;
  attributes?: Record<string, unknown>;
}

interface Ids {
  traceId: string;
  spanId: string;
}

/** A running span: its ids, and how what runs inside it becomes its child. */
interface Running extends Ids {
  open: <T>(options: SpanOptions, work: (span: Span) => T) => T;
}

/** One for the process: each package bundles its own copy of this module, and a span may be opened in one and asked for in another. */
const key = Symbol.for("paios.trace.running");
const shared = globalThis as { [key]?: AsyncLocalStorage<Running> };
const running = (shared[key] ??= new AsyncLocalStorage<Running>());
const traceparentPattern = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

export function createTracer(service: string, sink: Sink): Tracer {
  function emit(ids: Ids, event: Omit<TraceEvent, "traceId" | "spanId" | "service">): void {
    sink.write({ ...ids, service, ...event });
  }

  function span<T>(options: SpanOptions, work: (span: Span) => T): T {
    const parent = running.getStore() ?? parseTraceparent(options.parent);
    const ids = { traceId: parent?.traceId ?? randomHex(16), spanId: randomHex(8) };
    const metadata: Record<string, unknown> = { ...options.attributes };
    const time = Date.now();
    const started = performance.now();
    const end = (error?: unknown) => {
      if (error !== undefined) metadata["error.type"] ??= errorTypeOf(error);
      emit(ids, {
        ...(parent && { parentId: parent.spanId }),
        time,
        category: options.category,
        action: options.action,
        status: metadata["error.type"] === undefined ? "ok" : "error",
        durationMs: performance.now() - started,
        metadata,
      });
    };
    const handle: Span = {
      ...ids,
      set: (attributes) => Object.assign(metadata, attributes),
      event: (action, eventMetadata = {}) =>
        emit(
          { traceId: ids.traceId, spanId: randomHex(8) },
          { parentId: ids.spanId, time: Date.now(), category: options.category, action, status: "ok", metadata: eventMetadata },
        ),
    };
    return settle(() => running.run({ ...ids, open: span }, work, handle), end);
  }

  return { span, flush: () => sink.flush() };
}

/** Runs one operation on a database in a child span, named as OpenTelemetry does: `{operation} {database}`. */
export function databaseSpan<T>(database: { name: string }, operation: string, work: () => T): T {
  const parent = running.getStore();
  if (!parent) return work();
  const file = database.name.slice(Math.max(database.name.lastIndexOf("/"), database.name.lastIndexOf("\\")) + 1);
  const attributes = { "db.system.name": "sqlite", "db.namespace": file, "db.operation.name": operation };
  return parent.open({ category: "database", action: `${operation} ${file}`, attributes }, work);
}

/** The running span as a `traceparent` header, for an outbound `_meta` or a child's `TRACEPARENT`. */
export function traceparent(): string | undefined {
  const ids = running.getStore();
  return ids && `00-${ids.traceId}-${ids.spanId}-01`;
}

export function parseTraceparent(header: unknown): Ids | undefined {
  const match = typeof header === "string" ? traceparentPattern.exec(header) : null;
  const [, traceId, spanId] = match ?? [];
  if (!traceId || !spanId || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId };
}

/** Calls `end` once, when `work` returned, threw, or its promise settled. */
function settle<T>(work: () => T, end: (error?: unknown) => void): T {
  let result: T;
  try {
    result = work();
  } catch (error) {
    end(error);
    throw error;
  }
  if (!(result instanceof Promise)) {
    end();
    return result;
  }
  return result.then(
    (value) => {
      end();
      return value;
    },
    (error: unknown) => {
      end(error);
      throw error;
    },
  ) as T;
}
