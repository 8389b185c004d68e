import { describe, expect, it } from "vitest";
import { readSubtitles } from "./subtitles.ts";

describe("readSubtitles", () => {
  it("reads WebVTT: no header, notes, styles, numbers, times, settings or tags", () => {
    const text = [
      "WEBVTT - made by hand", "Kind: captions", "", "NOTE not said", "nor this", "", "STYLE", "::cue { color: red }", "",
      "1", "00:00:01.000 --> 00:00:03.000 line:0 align:start", "<v Ann>Hello &amp; <c.yellow>welcome</c></v>", "",
      "2", "00:03.100 --> 00:05.000", "to the<00:04.000> show.", "",
      "00:00:09.000 --> 00:00:11.000", "After a pause.", "",
    ].join("\n");
    expect(readSubtitles(text)).toBe("Hello & welcome to the show.\n\nAfter a pause.");
  });

  it("reads SubRip with its line ends and marks", () => {
    const text = "\uFEFF1\r\n00:00:01,000 --> 00:00:03,000\r\n{\\an8}<i>First</i> line\r\nsecond line\r\n\r\n2\r\n00:00:03,500 --> 00:00:05,000\r\nשלום 👋\r\n";
    expect(readSubtitles(text)).toBe("First line second line שלום 👋");
  });

  it("says what rolling captions repeat once", () => {
    const cues = [["00:01.000", "00:03.000", " ", "so<00:01.500><c> today</c>"], ["00:03.000", "00:03.010", "so today", " "], ["00:03.010", "00:05.000", "so today", "we<00:04.000><c> look</c>"], ["00:05.000", "00:05.010", "we look", " "], ["00:05.010", "00:07.000", "we look", "at bridges"]];
    const text = `WEBVTT\n\n${cues.map(([start, end, ...lines]) => `${start} --> ${end}\n${lines.join("\n")}`).join("\n\n")}`;
    expect(readSubtitles(text)).toBe("so today we look at bridges");
  });

  it("lets a caption grow word by word, and keeps what a person says twice", () => {
    const text = "WEBVTT\n\n00:01.000 --> 00:02.000\nwe\n\n00:02.000 --> 00:03.000\nwe go\n\n00:03.000 --> 00:04.000\nwe go home\n\n00:04.000 --> 00:05.000\nyes\n\n00:05.000 --> 00:06.000\nno\n\n00:06.000 --> 00:07.000\nyes";
    expect(readSubtitles(text)).toBe("we go home yes no yes");
  });

  it("breaks a speech without pauses into paragraphs", () => {
    const cues = Array.from({ length: 100 }, (_, at) => `00:${String(at).padStart(2, "0").slice(-2)}.000 --> 00:59.000\nThis is sentence number ${at}.`);
    const paragraphs = readSubtitles(`WEBVTT\n\n${cues.join("\n\n")}`).split("\n\n");
    expect(paragraphs.length).toBeGreaterThan(2);
    expect(Math.max(...paragraphs.map(({ length }) => length))).toBeLessThan(700);
  });

  it("takes any bytes in linear time", () => {
    for (const seed of ["00:01.000 --> 00:02.000\n", "<", "{\\", "1\n\n", "00:01.000 --> 00:02.000\na\n\n", " -->"]) {
      const started = performance.now();
      readSubtitles(seed.repeat(Math.ceil(1_000_000 / seed.length)));
      expect(performance.now() - started, seed).toBeLessThan(1_000);
    }
  });
});
