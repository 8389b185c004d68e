import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Attachment } from "../brain.ts";
import { BrainFailure } from "../failure.ts";

export interface Handed {
  /** The task, with the text files after it, each between marks. */
  text: string;
  /** What goes beside the text, as bytes. */
  binary: { attachment: Attachment; data: Buffer }[];
}

const maxTextBytes = 10 * 1024 * 1024;

/** Reads what a brain gets by content. Throws BrainFailure("request") for more than `maxBinaryBytes` beside the text. */
export async function handOver(task: string, attachments: readonly Attachment[], maxBinaryBytes: number): Promise<Handed> {
  const mark = randomBytes(6).toString("hex");
  const parts = [task];
  const binary: Handed["binary"] = [];
  let left = maxBinaryBytes;
  for (const attachment of attachments) {
    const data = await readFile(attachment.path).catch((cause: unknown) => {
      throw new BrainFailure("request", `The attachment ${attachment.name} cannot be read any more. Check that the file is still there.`, {}, { cause });
    });
    if (attachment.mimeType.startsWith("text/")) {
      if (data.length > maxTextBytes) throw tooLarge(attachment.name, maxTextBytes);
      parts.push(`\n\n[file ${mark}: ${attachment.name}]\n${data.toString("utf8")}\n[end of file ${mark}]`);
    } else {
      left -= data.length;
      if (left < 0) throw tooLarge(attachment.name, maxBinaryBytes);
      binary.push({ attachment, data });
    }
  }
  return { text: parts.join(""), binary };
}

function tooLarge(name: string, bytes: number): BrainFailure {
  return new BrainFailure("request", `With ${name} the attachments are over ${Math.round(bytes / 1_048_576)} MB. Hand over fewer or smaller files.`);
}
