/** What happened in a session, in order, whichever CLI wrote it down. */
export type Turn =
  | { user: string }
  | { says: string }
  /** A file that was changed, and the lines that were put in, where the transcript has them. */
  | { edits: string; added: string }
  | { runs: string; output: string; failed: boolean }
  /** A tool that reads what others wrote, or another agent, which may have. */
  | { reads: string };

/** Turns of one transcript; lines are given in order. */
export interface TranscriptReader {
  line: (entry: Record<string, unknown>) => void;
  turns: () => Turn[];
}

/** What a CLI itself tells the model comes as the person's message too: in a tag, of two words where HTML has one. */
export function isTyped(text: string): boolean {
  return text.trim() !== "" && !/^\s*(?:<(?:[a-z]+[-_][\w-]*|skill|image)\b|# AGENTS\.md|\[Request interrupted)/.test(text);
}

/** Takes back what turned out not to have happened. */
export function drop(turns: Turn[], gone: readonly Turn[]): void {
  for (const turn of gone) {
    const at = turns.lastIndexOf(turn);
    if (at >= 0) turns.splice(at, 1);
  }
}
