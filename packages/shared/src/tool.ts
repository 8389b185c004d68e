import type * as z from "zod";
import type { Span, Tracer } from "./trace.ts";

/**
 * The safety posture of a tool, all four stated (MCP `ToolAnnotations`).
 * Codex runs a tool unasked when `readOnly`, or when not `destructive` and not `openWorld`.
 */
export interface Hints {
  readOnly: boolean;
  destructive: boolean;
  idempotent: boolean;
  openWorld: boolean;
}

/** Who calls: an MCP client by its `initialize` name, or an in-process caller. */
export interface Caller {
  client: string;
  /** The way in: only `person` (typed by a person through `ai`) may store with trust `person`. */
  way: "mcp" | "person";
  meta: Record<string, unknown>;
}

/** What `run` gets besides its input. `State` is what the server's `open` returned (its database and config). */
export interface Context<State> {
  state: State;
  caller: Caller;
  signal: AbortSignal;
  span: Span;
  now: () => number;
  /** Reports progress; `total` may be unknown. Cheap when nobody listens. */
  progress: (done: number, total?: number, message?: string) => void;
}

/** Limits of one call. A call over `timeoutMs` is aborted; an answer over `outputChars` of JSON is refused. */
export interface Limits {
  timeoutMs: number;
  outputChars: number;
}

export interface Tool<State = unknown, Input extends z.ZodObject = z.ZodObject, Output = unknown> {
  name: string;
  description: string;
  input: Input;
  output: z.ZodType<Output>;
  hints: Hints;
  /** Offered in every request, where a client defers the others to its tool search: for the two or three core tools only. */
  alwaysLoad?: boolean;
  /**
   * Words people ask with, in the forms they use. Claude's tool search compares whole words, without stemming, and counts
   * one of the hint twice as much as one of the description. Only where it pays: it stands in the server's list.
   */
  searchHint?: string;
  limits: Limits;
  run: (input: z.infer<Input>, context: Context<State>) => Output | Promise<Output>;
}

type ToolDefinition<State, Input extends z.ZodObject, Output> = Omit<Tool<State, Input, Output>, "limits"> & {
  limits?: Partial<Limits>;
};

const defaultLimits: Limits = { timeoutMs: 30_000, outputChars: 100_000 };

/**
 * A tool is a value: its text for the model, its schemas, its safety posture and one function on plain data.
 * `run` returns what `output` describes, or `blocks([...])` for pictures and the like, or throws `UserError`.
 */
export function defineTool<State, Input extends z.ZodObject, Output>(
  definition: ToolDefinition<State, Input, Output>,
): Tool<State, Input, Output> {
  return { ...definition, limits: { ...defaultLimits, ...definition.limits } };
}

/** What a server gets from the process it runs in. */
export interface Host {
  environment: Record<string, string | undefined>;
  tracer: Tracer;
}

/** A server behind the front: its tools and how to open what they work on. `close` gets what `open` returned. */
export interface ServerModule<State = unknown> {
  /** The file name of its database in the home: what storage errors name, and what is reopened when it was replaced. */
  database: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tools of one server differ in input and output
  tools: readonly Tool<State, any, any>[];
  open: (home: string, host: Host) => State;
  close?: (state: State) => void | Promise<void>;
}

export function defineServer<State>(server: ServerModule<State>): ServerModule<State> {
  return server;
}

/** MCP content blocks as a tool's whole answer, without structured content (Codex drops a picture beside it). */
export class Blocks {
  readonly content: readonly ContentBlock[];
  constructor(content: readonly ContentBlock[]) {
    this.content = content;
  }
}

export type ContentBlock =
  | { type: "text"; text: string }
  | { type: "image" | "audio"; data: string; mimeType: string }
  | { type: "resource"; resource: { uri: string; mimeType: string; text: string } };

/** One entry of `tools/list`, as MCP has it. */
export interface ToolListing {
  name: string;
  description: string;
  inputSchema: { type: "object"; [key: string]: unknown };
  annotations: { readOnlyHint: boolean; destructiveHint?: boolean; idempotentHint?: boolean; openWorldHint: boolean };
  _meta?: { "anthropic/alwaysLoad"?: true; "anthropic/searchHint"?: string };
}
