import type { BrainRequest } from "../brain.ts";
import { handOver } from "./attachments.ts";
import { shortened } from "./long-task.ts";

/** What Claude takes in one request, as bytes before base64. */
const maxBinaryBytes = 20 * 1024 * 1024;

type ClaudeBlock =
  | { type: "text"; text: string }
  | { type: "image" | "document"; source: { type: "base64"; media_type: string; data: string } };

/** One turn of a person, as stream-json has it. */
export interface ClaudeTurn {
  type: "user";
  message: { role: "user"; content: ClaudeBlock[] };
  parent_tool_use_id: null;
}

/** The task and its attachments as the one message that Claude gets on standard input. */
export async function claudeTurn({ task, attachments }: Pick<BrainRequest, "task" | "attachments">, scratch: () => string): Promise<ClaudeTurn> {
  const { text, binary } = await handOver(task, attachments, maxBinaryBytes);
  const files = binary.map(({ attachment: { mimeType }, data }) => {
    const type = mimeType === "application/pdf" ? ("document" as const) : ("image" as const);
    return { type, source: { type: "base64" as const, media_type: mimeType, data: data.toString("base64") } };
  });
  return { type: "user", message: { role: "user", content: [...files, { type: "text", text: shortened(text, scratch) }] }, parent_tool_use_id: null };
}
