import type { BrainFailure } from "./failure.ts";

/** Who can be asked. `local` is whatever speaks OpenAI's chat API on this machine or elsewhere. */
export const brainNames = ["claude", "codex", "gemini", "gateway", "local"] as const;
export type BrainName = (typeof brainNames)[number];

/** A file handed over with a task: checked, readable, and of that type. */
export interface Attachment {
  /** Absolute. */
  path: string;
  name: string;
  mimeType: string;
  bytes: number;
}

export interface BrainRequest {
  task: string;
  /** Default: the brain's configured one. */
  model?: string | undefined;
  /** An absolute path of a folder that exists, for brains that can see folders. */
  cwd?: string | undefined;
  attachments: readonly Attachment[];
  /** Ends the run, with all its children, within 5 s. */
  signal: AbortSignal;
  /** Streaming; must not throw. */
  onEvent: (event: BrainEvent) => void;
  /** How many brains asked each other before this one; passed on to children as PAIOS_DEPTH. */
  depth: number;
}

export type BrainEvent =
  | { kind: "text"; text: string }
  | { kind: "tool"; name: string; state: "begun" | "ended" }
  | { kind: "progress"; message: string }
  | { kind: "usage"; usage: Usage }
  /** What the provider says of its limits, as it came. */
  | { kind: "limits"; said: object };

/** What a run used. Money in micro-dollars, undefined where the brain does not say and no price is known. */
export interface Usage {
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  costMicros?: number | undefined;
}

/** The same shape whichever way the brain was reached. */
export interface BrainResult {
  text: string;
  model: string;
  /** "sdk", "cli", "app-server", "exec", "http". */
  way: string;
  usage: Usage;
  /** The brain's own session or thread, for joining logs. */
  sessionId?: string | undefined;
}

/** What a brain can be given. */
export interface Abilities {
  /** Pictures and other files, by MIME type prefix. */
  attachments: readonly string[];
  /** It can read and change the folder of `cwd`. */
  folder: boolean;
}

/** One brain, reachable in one or more ways. `run` rejects with BrainFailure, or the signal's reason. */
export interface Brain {
  name: BrainName;
  /** Whose limits and bills it meets: "anthropic", "openai", "google", or a host. */
  provider: string;
  /** A short name of the credential in use (never its value), so that a new one closes a breaker. */
  credential: () => string;
  /** The models that share one limit with `model`. */
  pool: (model: string | undefined) => string;
  abilities: Abilities;
  /** Whether it can be reached at all: installed, configured. Cheap, asks no model. */
  available: () => Promise<{ ok: true } | { ok: false; reason: string }>;
  run: (request: BrainRequest) => Promise<BrainResult>;
}

export type { BrainFailure };
