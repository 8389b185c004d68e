/** Tokens of one request. `input` is what no cache served; `reasoning` is a part of `output`. */
export interface Tokens {
  input: number;
  output: number;
  cacheRead: number;
  cache5m: number;
  cache1h: number;
  reasoning: number;
}

export interface Request {
  /** Names the request wherever it is written again. */
  key: string;
  /** Names it within its session, where a sub-agent's file may repeat it under another key. */
  inSession: string;
  sidechain: boolean;
  model: string;
  mcpServer: string;
  tokens: Tokens;
}

export interface ToolCall {
  id: string;
  mcpServer: string;
  name: string;
}

export interface ToolResult {
  id: string;
  error: boolean;
  /** Where the client measured it; else it is the time between the two rows. */
  durationMs?: number;
}

/** A usage limit as its provider reported it. */
export interface LimitReport {
  name: string;
  usedPercent: number;
  windowMinutes: number;
  resetsMs: number;
}

/** What a line of a client's file says, in one shape for all clients. */
export interface Row {
  /** Unique to the line wherever it is copied to; absent where a client has none. */
  id?: string;
  session: string;
  project: string;
  atMs: number;
  /** One, and those that the model made in it of another model. */
  requests?: Request[];
  calls?: ToolCall[];
  results?: ToolResult[];
  limits?: LimitReport[];
}

/** Why something was not counted. */
export type SkipReason =
  | "not_json"
  | "bad_row"
  | "line_too_long"
  | "unreadable"
  | "damaged_archive"
  | "damaged_database"
  | "locked_database"
  | "unknown_schema"
  | "folder_loop"
  | "too_deep"
  | "gone_while_read";
