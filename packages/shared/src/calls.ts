import { statSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import { errorCode, errorTypeOf, UserError } from "./errors.ts";
import { paiosHome, processEnvironment, sessionOfClient, traceOfRun } from "./home.ts";
import { recorder } from "./record.ts";
import type { ServerFront } from "./serve.ts";
import type { Call, Dispatch } from "./session.ts";
import { intakeSink } from "./sink.ts";
import { explain } from "./sqlite.ts";
import { Blocks, type Caller, type ServerModule, type Tool } from "./tool.ts";
import { createTracer, type Span, type Tracer } from "./trace.ts";

/** Arguments that do not fit: a JSON-RPC error, not a tool's answer. */
class InvalidParams extends Error {
  readonly code = -32602;
}

type CallIn = Omit<Call, "client" | "meta"> & { caller: Caller };

/** The error boundary, the trace, the limits and the validation of every tool call of a server over MCP. */
export function openCalls<State>(front: Pick<ServerFront, "name">, server: ServerModule<State>): Dispatch {
  const inner = openServer(front.name, server);
  const inRun = traceOfRun();
  return {
    call: ({ client, meta, ...call }) => {
      const tool = inner.tool(call.name);
      const parent = inRun ?? (typeof meta["traceparent"] === "string" ? meta["traceparent"] : undefined);
      return inner.tracer.span({ category: "mcp", action: `tools/call ${tool.name}`, parent, attributes: attributes(tool.name, client, meta) }, async (span) => {
        try {
          return serialized(tool, await inner.run(tool, { ...call, caller: { client, way: "mcp", meta } }, span));
        } catch (error) {
          // A cancelled call is nobody's failure: its answer is not sent.
          if (error instanceof InvalidParams || call.signal.aborted) throw error;
          span.set({ "error.type": errorTypeOf(error) });
          return failure(answerTo(error, front.name, tool, span));
        } finally {
          // A brain that has its answer ends its servers the hard way, before a batch would be written.
          if (inRun !== undefined) setImmediate(inner.tracer.flush);
        }
      });
    },
    flush: inner.tracer.flush,
    close: inner.close,
  };
}

/** A server's tools in this process, for the CLI, hooks and jobs: same validation, limits and trace, no protocol. */
export interface InProcess {
  /** Returns what the tool returns; throws `UserError`, also for input that does not fit. */
  call: <Output = unknown>(name: string, input: object, options?: { signal?: AbortSignal; progress?: Call["progress"] }) => Promise<Output>;
  close: () => Promise<void>;
}

export function openInProcess<State>(name: string, server: ServerModule<State>, caller: Omit<Caller, "meta">): InProcess {
  const inner = openServer(name, server);
  return {
    call: async <Output>(toolName: string, input: object, options: { signal?: AbortSignal; progress?: Call["progress"] } = {}) => {
      const tool = inner.tool(toolName);
      const call = { name: toolName, arguments: { ...input }, caller: { ...caller, meta: {} }, signal: options.signal ?? new AbortController().signal, progress: options.progress ?? (() => {}) };
      try {
        return (await inner.tracer.span({ category: "cli", action: `tools/call ${toolName}`, attributes: attributes(toolName, caller.client, {}) }, (span) => inner.run(tool, call, span))) as Output;
      } catch (error) {
        if (error instanceof InvalidParams) throw new UserError("bad_input", error.message);
        throw error;
      }
    },
    close: inner.close,
  };
}

interface Opened<State> {
  state: State;
  file: string;
  /** How many run on it now. */
  calls: number;
}

interface Inner<State> {
  tracer: Tracer;
  tool: (name: string) => Tool<State>;
  run: (tool: Tool<State>, call: CallIn, span: Span) => Promise<unknown>;
  close: () => Promise<void>;
}

function openServer<State>(name: string, server: ServerModule<State>): Inner<State> {
  const home = paiosHome();
  const path = join(home, server.database);
  const tracer = createTracer(name, intakeSink(home));
  const record = recorder(home);
  const tools = new Map<string, Tool<State>>(server.tools.map((tool) => [tool.name, tool]));
  let opened: Opened<State> | undefined;

  async function close(): Promise<void> {
    const closing = opened;
    opened = undefined;
    if (closing) await server.close?.(closing.state);
  }

  /** A database that was restored, set aside or deleted meanwhile is opened anew: a write must not go to a dead file. */
  function current(): Opened<State> {
    if (opened && opened.file !== fileIdentity(path)) retire(opened);
    opened ??= { state: server.open(home, { environment: processEnvironment(), tracer }), file: fileIdentity(path), calls: 0 };
    return opened;
  }

  /** The next call opens anew; the calls that still run on this one keep it until they end. */
  function retire(retired: Opened<State>): void {
    if (opened === retired) opened = undefined;
    if (retired.calls === 0) void (async () => server.close?.(retired.state))().catch(() => {});
  }

  return {
    tracer,
    tool: (toolName) => {
      const tool = tools.get(toolName);
      if (!tool) throw new InvalidParams(`name: there is no tool ${toolName} in this build`);
      return tool;
    },
    run: async (tool, call, span) => {
      record("arguments", call.arguments, span);
      const input = parse(tool, call.arguments);
      // Not AbortSignal.timeout: that one lives on for the whole limit after its call, and a busy server runs out of heap.
      const limit = new AbortController();
      const timer = setTimeout(() => limit.abort(new Error("the time limit of the tool")), tool.limits.timeoutMs);
      const signal = AbortSignal.any([call.signal, limit.signal]);
      let using: Opened<State> | undefined;
      try {
        signal.throwIfAborted();
        using = current();
        using.calls++;
        const context = { state: using.state, caller: call.caller, signal, span, now: Date.now, progress: call.progress };
        const output = await untilAborted(tool.run(input, context), signal);
        record("result", output, span);
        if (!tool.hints.readOnly && using.file !== fileIdentity(path)) throw new UserError("storage", `${path} was replaced while ${tool.name} ran; what it wrote may be in the old file. Try again.`);
        return output;
      } catch (error) {
        if (limit.signal.aborted) throw new UserError("timed_out", `${tool.name} took longer than ${tool.limits.timeoutMs / 1000} s and was stopped. Ask for less, or try again later.`);
        const explained = explain(path, error);
        // What is only locked need not be opened anew.
        if (using && using === opened && explained instanceof UserError && explained.code === "storage" && !errorCode(error).startsWith("SQLITE_BUSY")) opened = undefined;
        throw explained;
      } finally {
        clearTimeout(timer);
        if (using) using.calls--;
        if (using && using !== opened) retire(using);
      }
    },
    close: async () => {
      await close();
      tracer.flush();
    },
  };
}

function parse(tool: Pick<Tool, "name" | "input">, input: unknown): Record<string, unknown> {
  const parsed = tool.input.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new InvalidParams(`${tool.name}: ${parsed.error.issues.map(describe).join("; ")}`);
}

function describe(issue: z.core.$ZodIssue): string {
  const field = issue.path.map(String).join(".");
  return field ? `${field}: ${issue.message}` : issue.message;
}

function serialized(tool: Pick<Tool, "name" | "limits">, output: unknown): string {
  if (output instanceof Blocks) return JSON.stringify({ content: output.content });
  const json = JSON.stringify(output);
  if (json.length > tool.limits.outputChars) {
    throw new UserError("too_large", `The answer of ${tool.name} would have ${json.length} characters, over its limit of ${tool.limits.outputChars}. Ask for less: a lower limit or a smaller range.`);
  }
  return `{"content":[{"type":"text","text":${JSON.stringify(json)}}],"structuredContent":${json}}`;
}

function failure(text: string): string {
  return JSON.stringify({ content: [{ type: "text", text }], isError: true });
}

/** What the model reads about a failure; a defect is logged with its trace and told without its text. */
function answerTo(error: unknown, service: string, tool: Pick<Tool, "name">, span: Span): string {
  if (error instanceof UserError) return error.message;
  process.stderr.write(`${service}: ${tool.name} failed, trace ${span.traceId}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return `Internal error in ${tool.name}, trace ${span.traceId}. The server goes on; its log has the details.`;
}

/** A tool that ignores its signal cannot hold the answer back. */
function untilAborted<T>(work: T | Promise<T>, signal: AbortSignal): T | Promise<T> {
  if (!(work instanceof Promise)) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    // Also after an abort: a failure that nobody takes would end the process.
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** OpenTelemetry names. The CLI's own call ids are aliases of the trace: by them its logs and ours find each other. */
function attributes(tool: string, client: string, meta: Record<string, unknown>): Record<string, unknown> {
  const turn = (meta["x-codex-turn-metadata"] ?? {}) as Record<string, unknown>;
  const ids = {
    "gen_ai.tool.call.id": meta["claudecode/toolUseId"] ?? meta["callId"],
    "session.id": meta["sessionId"] ?? turn["session_id"] ?? sessionOfClient(),
    "gen_ai.conversation.id": meta["threadId"],
    "paios.turn.id": turn["turn_id"],
  };
  const known = Object.entries(ids).filter(([, id]) => typeof id === "string" && id.length <= 200);
  return { "mcp.method.name": "tools/call", "gen_ai.tool.name": tool, "mcp.client.name": client, ...Object.fromEntries(known) };
}

function fileIdentity(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.dev}:${stat.ino}` : "";
}
