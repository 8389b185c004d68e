import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { afterAll, describe, expect, it, vi } from "vitest";
import { capture, type CaptureOptions } from "./capture.ts";
import { captureConfig } from "./config.ts";
import { readMediaPage } from "./media-page.ts";
import { makeWave } from "./testing/sound.ts";
import { pages, startWeb } from "./testing/web.ts";

const absent = "no-such-program-of-paios";
const hasYtDlp = hasProgram("yt-dlp");
if (!hasYtDlp) console.log("Left out, not installed: yt-dlp");
const captions = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nHello and welcome\n\n00:00:03.000 --> 00:00:05.000\nto the bridge.\n";
const videoPage = (more = "") => `<html lang="en"><head><title>A talk on bridges</title><meta property="og:type" content="video.other"></head><body><video src="/talk.wav">${more}</video></body></html>`;
const wave = { type: "audio/wav", body: makeWave() };

// A folder for scratch files of its own: other tests, which run beside these, capture too.
const scratch = temporaryFolder();
vi.stubEnv("TMPDIR", scratch.path);
afterAll(() => {
  vi.unstubAllEnvs();
  scratch[Symbol.dispose]();
});

describe("readMediaPage", () => {
  const base = new URL("https://example.org/talks/one");

  it("finds captions in the page's language first, the media, and the title", () => {
    const page = `<html lang=de><title>Vortrag &amp; mehr</title><video><source src="a.mp4"><track src="en.vtt" srclang=en default><track kind=chapters src="c.vtt"><track src="de.vtt" srclang="de-AT" kind=captions><track src="javascript:alert(1)"></video>`;
    expect(readMediaPage(page, base)).toEqual({
      isMain: true, title: "Vortrag & mehr", tracks: ["https://example.org/talks/de.vtt", "https://example.org/talks/en.vtt"], sources: ["https://example.org/talks/a.mp4"],
    });
  });

  it("takes an article with a video for an article, a page of the video kind for a video", () => {
    const article = `<video src="a.mp4"></video><p>${"Words of an article. ".repeat(300)}</p>`;
    const kinds = [article, `<meta property="og:type" content="video.movie"><meta property="og:video" content="/v.mp4">${article}`, "<p>No media at all", '<meta property="og:video" content="/embed"><meta property="og:video:type" content="text/html">'];
    expect(kinds.map((page) => readMediaPage(page, base).isMain)).toEqual([false, true, false, true]);
    expect(readMediaPage(kinds[3] ?? "", base).sources).toEqual([]);
  });
});

describe("capture of audio and video without yt-dlp", () => {
  it("reads the captions a page names", async () => {
    await using web = await startWeb(pages({ "/": { type: "text/html", body: videoPage('<track src="/gone.vtt"><track src="/talk.vtt" srclang="en">') }, "/talk.vtt": { type: "text/plain", body: captions }, "/talk.wav": wave }));
    const { title, text, kind, notes } = await capture(`${web.url}/`, options());
    expect({ title, text, kind, notes }).toEqual({ title: "A talk on bridges", text: "Hello and welcome to the bridge.", kind: "transcript", notes: [] });
  });

  it("fetches no captions from a private network", async () => {
    const asked: string[] = [];
    await using web = await startWeb((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(200, { "content-type": "text/html" }).end(request.url === "/" ? videoPage('<track src="http://169.254.169.254/talk.vtt"><track src="file:///etc/passwd">') : captions);
    });
    expect(await failure(capture(`${web.url}/`, options()))).toMatch(/^unavailable: .*Install yt-dlp/);
    expect(asked).toEqual(["/"]);
  });

  it("hands audio to the configured transcriber and leaves nothing behind", async () => {
    using folder = temporaryFolder();
    const script = transcriber(folder.path, `if (!readFileSync(file).subarray(0, 4).equals(Buffer.from("RIFF"))) process.exit(3); console.log("Spoken words, " + extname(file));`);
    await using web = await startWeb(pages({ "/talk.wav": wave, "/page": { type: "text/html", body: videoPage() } }));
    const before = scratchFolders();
    for (const path of ["/talk.wav", "/page"]) {
      const { text, kind, notes } = await capture(web.url + path, options({ transcriber: script }));
      expect({ text, kind, notes }).toEqual({ text: "Spoken words, .wav", kind: "transcript", notes: ["transcribed by kb.capture.transcriber"] });
    }
    expect(scratchFolders()).toEqual(before);
  });

  it("reads a transcriber that prints subtitles, for a local file too", async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "talk.wav"), makeWave());
    const script = transcriber(folder.path, `process.stdout.write(${JSON.stringify(captions)});`);
    const { title, text, source } = await capture(join(folder.path, "talk.wav"), options({ transcriber: script, folders: [folder.path] }));
    expect({ title, text, source }).toEqual({ title: "talk", text: "Hello and welcome to the bridge.", source: join(folder.path, "talk.wav") });
  });

  it("says what is wrong with a transcriber that fails, hangs or is not there", async () => {
    using folder = temporaryFolder();
    await using web = await startWeb(pages({ "/talk.wav": wave }));
    const url = `${web.url}/talk.wav`;
    const marker = join(folder.path, "alive");
    const failing = transcriber(folder.path, "process.exit(3);", "failing.mjs");
    const hanging = transcriber(folder.path, `setInterval(() => writeFileSync(${JSON.stringify(marker)}, String(Date.now())), 20);`, "hanging.mjs");
    expect(await failure(capture(url, options({ transcriber: failing })))).toMatch(/^unavailable: .*kb\.capture\.transcriber .*exit code 3/);
    expect(await failure(capture(url, options({ transcriber: { command: join(folder.path, "none"), args: ["{file}"] } })))).toMatch(/^config: .*cannot be started/);
    expect(await failure(capture(url, options({ transcriber: hanging, timeoutMs: 100 })))).toMatch(/^timed_out: .*kb\.capture\.transcriber/);
    expect(existsSync(marker)).toBe(true);
  });

  it("names both ways when there is none", async () => {
    await using web = await startWeb(pages({ "/talk.wav": wave, "/page": { type: "text/html", body: videoPage() } }));
    for (const path of ["/talk.wav", "/page"]) expect(await failure(capture(web.url + path, options()))).toMatch(/^unavailable: .*Install yt-dlp, or set kb\.capture\.transcriber in paios\.json/);
  });

  it("keeps the page's own text when it has some", async () => {
    await using web = await startWeb(pages({ "/": { type: "text/html", body: videoPage().replace("</body>", "<p>In this talk Ann explains how bridges stand.</p></body>") } }));
    const { kind, text, notes } = await capture(`${web.url}/`, options());
    expect({ kind, text, notes }).toEqual({ kind: "page", text: "In this talk Ann explains how bridges stand.", notes: ["no captions; described by the page's own text only"] });
  });
});

describe("capture of video with yt-dlp", () => {
  it("takes written captions before automatic ones, and only goes by our proxy", async () => {
    using folder = temporaryFolder();
    const program = join(folder.path, "yt-dlp");
    const info = { title: "From the site", description: "Ann explains how bridges stand, and why.", uploader: "Ann", upload_date: "20260102", duration: 125, subtitles: { en: [] } };
    // A stand-in that writes what the real program writes.
    writeFileSync(program, `#!/bin/sh\nprintf '%s' '${JSON.stringify(info)}' > media.info.json\nprintf 'WEBVTT\\n\\n00:01.000 --> 00:02.000\\nmachine' > media.de.vtt\nprintf 'WEBVTT\\n\\n00:01.000 --> 00:02.000\\nperson' > media.en.vtt\necho "$@" >> ${folder.path}/args\n`);
    chmodSync(program, 0o755);
    await using web = await startWeb(pages({ "/": { type: "text/html", body: videoPage() } }));
    const { title, text, notes } = await capture(`${web.url}/`, options({}, program));
    expect({ title, text, notes }).toEqual({ title: "From the site", text: "Ann, 2026-01-02, 2 min\n\nAnn explains how bridges stand, and why.\n\n## Transcript\n\nperson", notes: [] });
    const args = execFileSync("cat", [join(folder.path, "args")]).toString();
    expect(args).toMatch(/--proxy http:\/\/127\.0\.0\.1:\d+ .* -- http:\/\/127\.0\.0\.1:\d+\/\n$/);
  });

  it("describes a video by its metadata when that is all there is", async () => {
    using folder = temporaryFolder();
    const program = join(folder.path, "yt-dlp");
    writeFileSync(program, `#!/bin/sh\nprintf '%s' '{"title":"T","description":"Ann explains how bridges stand, and also why they do."}' > media.info.json\n`);
    chmodSync(program, 0o755);
    await using web = await startWeb(pages({ "/": { type: "text/html", body: videoPage() } }));
    const { text, notes } = await capture(`${web.url}/`, options({}, program));
    expect({ text, notes }).toEqual({ text: "Ann explains how bridges stand, and also why they do.", notes: ["no captions; described by metadata only"] });
  });

  it("is not stopped by a yt-dlp that fails, hangs or writes nonsense", async () => {
    using folder = temporaryFolder();
    await using web = await startWeb(pages({ "/": { type: "text/html", body: videoPage('<track src="/talk.vtt">') }, "/talk.vtt": { type: "text/vtt", body: captions } }));
    for (const [number, body] of ["exit 1", "sleep 30", "echo nonsense > media.info.json", "mkdir media.info.json"].entries()) {
      const program = join(folder.path, `yt-dlp-${number}`);
      writeFileSync(program, `#!/bin/sh\n${body}\n`);
      chmodSync(program, 0o755);
      const { text } = await capture(`${web.url}/`, options({ timeoutMs: 1_000 }, program));
      expect(text).toBe("Hello and welcome to the bridge.");
    }
  });

  if (hasYtDlp) {
    it("reads a page with captions by the real program", async () => {
      const agents: string[] = [];
      const site = pages({ "/watch": { type: "text/html", body: videoPage('<source src="/talk.mp4" type="video/mp4"><track src="/talk.vtt" srclang="en" kind="subtitles">') }, "/talk.vtt": { type: "text/vtt", body: captions }, "/talk.wav": wave, "/talk.mp4": { type: "video/mp4", body: "" } });
      await using web = await startWeb((request, response) => {
        if (request.url === "/talk.vtt") agents.push(request.headers["user-agent"] ?? "");
        site(request, response);
      });
      const { kind, text } = await capture(`${web.url}/watch`, options({ timeoutMs: 30_000 }, "yt-dlp"));
      expect([kind, text]).toEqual(["transcript", expect.stringContaining("Hello and welcome to the bridge.")]);
      expect(agents).toEqual([expect.not.stringContaining("paios-kb")]);
    }, 40_000);
  }
});

function options(more: Record<string, unknown> = {}, ytDlp = absent): CaptureOptions {
  const config = captureConfig.parse({ allowPrivateAddresses: true, timeoutMs: 10_000, ...more });
  return { config, signal: new AbortController().signal, progress: () => {}, internal: { ytDlp, pandoc: absent, pdftotext: absent } };
}

function transcriber(folder: string, body: string, name = "transcriber.mjs") {
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `import { readFileSync, writeFileSync } from "node:fs"; import { extname } from "node:path"; const file = process.argv[2].slice(7); ${body}`);
  return { command: process.execPath, args: [path, "--file={file}"] };
}

function scratchFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("paios-capture-"));
}

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    return `no failure: ${JSON.stringify(await work).slice(0, 300)}`;
  } catch (error) {
    return error instanceof Error && "code" in error ? `${String(error.code)}: ${error.message}` : String(error);
  }
}

function hasProgram(name: string): boolean {
  try {
    execFileSync(name, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
