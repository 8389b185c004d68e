/** What happened in a session, in order, whichever CLI wrote it down. */
export type Turn =
  | { user: string }
  | { says: string }
  /** A file that was changed, and the text that was put in, where the transcript has it. */
  | { edits: string; added: string }
  | { runs: string; output: string; failed: boolean }
  /** A tool that reads what others wrote. */
  | { reads: string };

/** Turns of one transcript; lines are given in order. */
export interface TranscriptReader {
  line: (entry: Record<string, unknown>) => void;
  turns: () => Turn[];
}
