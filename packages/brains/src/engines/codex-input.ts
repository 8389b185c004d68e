import type { BrainRequest } from "../brain.ts";
import { handOver } from "./attachments.ts";
import { shortened } from "./long-task.ts";

const maxPictureBytes = 50 * 1024 * 1024;

export interface CodexInput {
  text: string;
  /** Absolute paths. */
  pictures: string[];
}

/** What Codex gets: the task with its text files, and the pictures by path. */
export async function codexInput({ task, attachments }: Pick<BrainRequest, "task" | "attachments">, scratch: () => string): Promise<CodexInput> {
  const { text, binary } = await handOver(task, attachments, maxPictureBytes);
  return { text: shortened(text, scratch), pictures: binary.map(({ attachment }) => attachment.path) };
}
