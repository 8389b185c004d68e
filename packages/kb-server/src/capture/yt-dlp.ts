import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "@paios/shared/errors";
import { run } from "@paios/shared/process";
import * as z from "zod";
import { cleanLine, cleanText } from "./clean.ts";
import type { FetchOptions } from "./fetch.ts";
import { startGuardProxy } from "./guard-proxy.ts";
import { readSubtitles } from "./subtitles.ts";

export interface VideoFacts {
  title: string;
  /** Who, when and how long, and the description, as Markdown. */
  about: string;
  hasDescription: boolean;
  /** "" when the video has no captions. */
  transcript: string;
}

const infoBytes = 30_000_000;
const text = z.string().catch("");
const info = z.object({ title: text, description: text, uploader: text, channel: text, upload_date: text, duration: z.number().catch(0), subtitles: z.record(z.string(), z.unknown()).catch({}) });

/**
 * Captions and facts of the video at an accepted URL, by yt-dlp in the empty folder `folder`; undefined when it is not
 * installed or finds nothing. All it fetches goes through a proxy of ours, for a page can name any address.
 */
export async function readWithYtDlp(url: URL, folder: string, command: string, options: FetchOptions): Promise<VideoFacts | undefined> {
  await using proxy = await startGuardProxy(options);
  const args = [
    "--ignore-config", "--no-cache-dir", "--no-playlist", "--skip-download", "--write-subs", "--write-auto-subs", "--write-info-json",
    "--sub-format", "vtt/srt/best", "--no-progress", "--socket-timeout", "15", "--retries", "1", "--proxy", proxy.url, "-o", "media.%(ext)s", "--", url.href,
  ];
  // NO_PROXY of the environment would lead around the proxy. 127: not installed.
  const script = 'unset NO_PROXY no_proxy; exec "$0" "$@"';
  const { code } = await run({ command: "/bin/sh", args: ["-c", script, command, ...args], cwd: folder, timeoutMs: options.timeoutMs, outputBytes: 5_000_000, signal: options.signal });
  return code === 127 ? undefined : readFolder(folder, options.maxBytes);
}

async function readFolder(folder: string, maxBytes: number): Promise<VideoFacts | undefined> {
  const names = await readdir(folder);
  const infoName = names.find((name) => name.endsWith(".info.json"));
  if (infoName === undefined) return undefined;
  const parsed = info.safeParse(parseJson(await readLimited(join(folder, infoName), infoBytes)));
  if (!parsed.success) return undefined;
  const facts = parsed.data;
  const written = Object.keys(facts.subtitles);
  const captions = names.filter((name) => /\.(?:vtt|srt)$/.test(name)).sort((a, b) => Number(isIn(b, written)) - Number(isIn(a, written)));
  const [first] = captions;
  const description = cleanText(facts.description);
  return {
    title: cleanLine(facts.title),
    about: [byline(facts), description].filter((part) => part !== "").join("\n\n"),
    hasDescription: description.length >= 40,
    transcript: first === undefined ? "" : readSubtitles(await readLimited(join(folder, first), maxBytes)),
  };
}

/** Captions that a person wrote, not a machine: `media.en.vtt` when "en" is among the written ones. */
function isIn(name: string, languages: readonly string[]): boolean {
  return languages.includes(name.split(".").at(-2) ?? "");
}

function byline(facts: z.infer<typeof info>): string {
  const day = /^(\d{4})(\d\d)(\d\d)$/.exec(facts.upload_date);
  const minutes = facts.duration > 0 ? `${Math.max(1, Math.round(facts.duration / 60))} min` : "";
  return [cleanLine(facts.uploader || facts.channel), day ? day.slice(1).join("-") : "", minutes].filter((part) => part !== "").join(", ");
}

async function readLimited(path: string, maxBytes: number): Promise<string> {
  const { size } = await stat(path);
  return size > maxBytes ? "" : readFile(path, "utf8");
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) !== "") return undefined;
    throw error;
  }
}
