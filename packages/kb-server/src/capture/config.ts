import { isAbsolute } from "node:path";
import * as z from "zod";

/** What `kb.capture` in paios.json holds: sizes in bytes, times in milliseconds, memory in MiB. */
export const captureConfig = z.object({
  /** Lets a URL lead to this machine and the home network; link-local and cloud metadata addresses stay refused. */
  allowPrivateAddresses: z.boolean().default(false),
  /** Files are read from below these folders only. */
  folders: z.array(z.string().refine((folder) => isAbsolute(folder), "must be an absolute path")).default([]),
  maxBytes: z.number().int().min(1_000).max(1_000_000_000).default(50_000_000),
  timeoutMs: z.number().int().min(100).max(600_000).default(60_000),
  maxRedirects: z.number().int().min(0).max(20).default(5),
  parserMemoryMb: z.number().int().min(64).max(16_384).default(512),
  /** Prints the transcript of the audio or video file that stands for `{file}`; it gets ten times `timeoutMs`. */
  transcriber: z
    .object({
      command: z.string().min(1),
      args: z.array(z.string()).refine((args) => args.some((argument) => argument.includes("{file}")), "one of them must hold {file}"),
    })
    .optional(),
});

export type CaptureConfig = z.infer<typeof captureConfig>;
