import type { HookInput } from "./input.ts";
import type { Kept } from "./policy.ts";
import type { Place } from "./project.ts";

export interface HookContext {
  home: string;
  input: HookInput;
  /** What is worth keeping of the tool's answer. */
  kept: Kept | undefined;
  at: Place;
  /** Epoch ms. */
  now: number;
}

/** What the CLIs take: Codex refuses any key that it does not know. */
type HookOutput =
  | { hookSpecificOutput: { hookEventName: "SessionStart" | "UserPromptSubmit"; additionalContext: string } }
  | { decision: "block"; reason: string };

export interface Handled {
  output?: HookOutput;
  /** For the log. */
  noted?: Record<string, unknown>;
}

export type Handler = (context: HookContext) => Promise<Handled> | Handled;
