import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCode, UserError } from "@paios/shared/errors";
import { run } from "@paios/shared/process";
import { charsetOf, decode } from "./charset.ts";
import { cleanText } from "./clean.ts";
import type { CaptureConfig } from "./config.ts";
import { detect } from "./detect.ts";
import { fetchGuarded, type FetchOptions } from "./fetch.ts";
import type { MediaPage } from "./media-page.ts";
import { readSubtitles } from "./subtitles.ts";
import { readWithYtDlp } from "./yt-dlp.ts";

export interface MediaInput {
  /** Where our own fetch ended; undefined for a file. */
  url: URL | undefined;
  /** The audio or video itself, when it is that. */
  media: { bytes: Uint8Array; contentType: string } | undefined;
  page: MediaPage | undefined;
}

export interface MediaOptions {
  config: CaptureConfig;
  fetch: FetchOptions;
  ytDlp: string;
}

export interface MediaText {
  title: string;
  text: string;
  notes: string[];
}

const triedTracks = 3;
const transcriberTimes = 10;

/** The transcript of audio or video: its captions, else what the configured transcriber hears, else its description; undefined when there is none of them. */
export async function readMedia(input: MediaInput, options: MediaOptions): Promise<MediaText | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "paios-capture-"));
  try {
    const facts = input.url && (await readWithYtDlp(input.url, folder, options.ytDlp, options.fetch).catch((error: unknown) => missed(error, options)));
    const title = facts?.title || input.page?.title || "";
    const about = facts?.about ?? "";
    if (facts?.transcript) return { title, text: compose(about, facts.transcript), notes: [] };
    const captions = await readTracks(input.page?.tracks ?? [], options);
    if (captions !== "") return { title, text: compose(about, captions), notes: [] };
    const heard = await transcribe(input, folder, options);
    if (heard !== "") return { title, text: compose(about, heard), notes: ["transcribed by kb.capture.transcriber"] };
    return facts?.hasDescription ? { title, text: about, notes: ["no captions; described by metadata only"] } : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is said when there is no way to a transcript. */
export function noTranscript(): UserError {
  return new UserError("unavailable", "This is audio or video without captions that can be read. Install yt-dlp, or set kb.capture.transcriber in paios.json to a command that prints the transcript of {file}.");
}

async function readTracks(tracks: readonly string[], options: MediaOptions): Promise<string> {
  for (const track of tracks.slice(0, triedTracks)) {
    const fetched = await fetchGuarded(track, options.fetch).catch((error: unknown) => missed(error, options));
    if (!fetched) continue;
    const { kind, charset } = await detect(fetched.bytes, fetched.url.pathname, fetched.contentType);
    const captions = kind === "subtitles" ? readSubtitles(decode(fetched.bytes, charset ?? "utf-8")) : "";
    if (captions !== "") return captions;
  }
  return "";
}

async function transcribe(input: MediaInput, folder: string, options: MediaOptions): Promise<string> {
  const { transcriber, timeoutMs } = options.config;
  if (!transcriber) return "";
  const media = input.media ?? (await fetchMedia(input.page?.sources ?? [], options));
  if (!media) return "";
  const file = join(folder, `sound.${/\/(?:x-)?([a-z0-9]{2,5})/.exec(media.contentType)?.[1] ?? "bin"}`);
  await writeFile(file, media.bytes, { mode: 0o600 });
  const { code, stdout } = await run({
    command: transcriber.command,
    args: transcriber.args.map((argument) => argument.replaceAll("{file}", file)),
    cwd: folder,
    timeoutMs: timeoutMs * transcriberTimes,
    outputBytes: 20_000_000,
    signal: options.fetch.signal,
  }).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "EACCES") throw new UserError("config", "The command of kb.capture.transcriber in paios.json cannot be started. Check its path.", { cause: error });
    if (error instanceof UserError) throw new UserError(error.code, "The command of kb.capture.transcriber in paios.json took too long or printed too much and was ended. Capture a shorter file, or raise kb.capture.timeoutMs.", { cause: error });
    throw error;
  });
  if (code !== 0) throw new UserError("unavailable", `The command of kb.capture.transcriber in paios.json failed (exit code ${code ?? "none"}). Run it by hand on the file to see why.`);
  const { kind } = await detect(stdout, "transcript.txt");
  const heard = decode(stdout, charsetOf(stdout));
  return kind === "subtitles" ? readSubtitles(heard) : cleanText(heard);
}

async function fetchMedia(sources: readonly string[], options: MediaOptions): Promise<MediaInput["media"]> {
  for (const source of sources.slice(0, triedTracks)) {
    const fetched = await fetchGuarded(source, options.fetch).catch((error: unknown) => missed(error, options));
    if (!fetched) continue;
    const { kind, contentType } = await detect(fetched.bytes, fetched.url.pathname, fetched.contentType);
    if (kind === "audio" || kind === "video") return { bytes: fetched.bytes, contentType };
  }
  return undefined;
}

/** One way that does not work is no reason not to try the next, unless the whole is called off. */
function missed(error: unknown, options: MediaOptions): undefined {
  options.fetch.signal.throwIfAborted();
  if (!(error instanceof UserError) && errorCode(error) === "") throw error;
  return undefined;
}

function compose(about: string, transcript: string): string {
  return about === "" ? transcript : `${about}\n\n## Transcript\n\n${transcript}`;
}
