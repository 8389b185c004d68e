import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { charsetOf, decode } from "./charset.ts";
import { detect } from "./detect.ts";
import { makeDocx, makePdf, makeZip, paragraph, pdfLines } from "./testing/documents.ts";
import { makeWave } from "./testing/sound.ts";

const docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

describe("detect", () => {
  it("goes by the bytes, whatever the name and the server say", async () => {
    const cases: [string, Uint8Array | string, string, string | undefined][] = [
      ["pdf application/pdf", makePdf(pdfLines(["a"])), "a.html", "text/html"],
      ["pdf application/pdf", Buffer.concat([Buffer.from("\n\njunk\n"), makePdf("")]), "a.txt", undefined],
      [`docx ${docxType}`, makeDocx(paragraph("a")), "a.pdf", "application/pdf"],
      ["unknown application/zip", makeZip([{ name: "a.txt", content: "a" }]), "a.docx", docxType],
      ["unknown application/zip", "PK\u0003\u0004 and no more", "a.docx", docxType],
      ["image image/png", png, "a.md", "text/markdown"],
      ["audio audio/wav", makeWave(), "a.html", "text/html"],
      ["unknown application/gzip", gzipSync("a"), "a.txt", "text/plain"],
      ["unknown application/octet-stream", Buffer.from([1, 2, 3, 4, 0, 0, 7, 9]), "a.txt", "text/plain"],
      ["html text/html", "<!doctype html><p>a", "a.pdf", "application/pdf"],
      ["html text/html", "\uFEFF \n<!-- a --><?xml version='1.0'?><HTML lang=en>", "a", "text/plain"],
      ["html text/html", "<div class=a>b</div>", "a", undefined],
      ["image image/svg+xml", '<?xml version="1.0"?><svg xmlns="a"></svg>', "a.html", "text/html"],
      ["subtitles text/vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nhello", "a.txt", "text/plain"],
      ["subtitles text/vtt", "1\r\n00:00:01,000 --> 00:00:02,000\r\nhello\r\n", "a.txt", "text/plain"],
      ["markdown text/markdown", "---\ntitle: a\n---\nb", "a.txt", "text/plain"],
      ["markdown text/markdown", "# a\n\n- b\n", "a", undefined],
      ["markdown text/markdown", "plain words", "a.md", undefined],
      ["html text/html", "Words first, <b>then</b> tags", "a", "text/html; charset=utf-8"],
      ["text text/plain", "Words, and a < b but no tags", "a.html", "text/html"],
      ["text text/plain", "Just words.", "a", undefined],
      ["text text/plain", "", "a", undefined],
    ];
    const found = await Promise.all(cases.map(async ([, bytes, name, declared]) => detect(Buffer.from(bytes), name, declared)));
    expect(found.map(({ kind, contentType }) => `${kind} ${contentType}`)).toEqual(cases.map(([expected]) => expected));
  });

  it("is quick on a megabyte of anything", async () => {
    for (const seed of ["<", "<!--", "<meta ", "| ", "# ", "\u0000", "PK\u0003\u0004", "PK\u0005\u0006", "1\n", "WEBVTT ", "\r", " "]) {
      const started = performance.now();
      await detect(Buffer.from(seed.repeat(Math.ceil(1_000_000 / seed.length))), "a.html", "text/html");
      expect(performance.now() - started, JSON.stringify(seed)).toBeLessThan(500);
    }
  });
});

describe("charsetOf", () => {
  const latin = Buffer.from("<p>Grüße aus Köln, señor façade</p>", "latin1");
  const shiftJis = Buffer.from("93fa967b8cea82cc83658358836782c582b781420a82b182ea82cd95b68e9a89bb82af82b582dc82b982f18142", "hex");
  const japanese = "日本語のテストです。\nこれは文字化けしません。";

  it("reads wrongly declared, undeclared and marked texts", () => {
    const utf16le = Buffer.from("\uFEFFGrüße 東京", "utf16le");
    const cases: [string, Uint8Array, string | undefined][] = [
      ["<p>Grüße aus Köln, señor façade</p>", latin, "text/html; charset=utf-8"],
      ["<p>Grüße aus Köln, señor façade</p>", latin, undefined],
      ["<p>Grüße aus Köln, señor façade</p>", latin, "text/html; charset=iso-8859-1"],
      ["<p>Grüße aus Köln, señor façade</p>", latin, "text/html; charset=no-such-thing"],
      ["<p>Grüße aus Köln, señor façade</p>", latin, 'text/html; charset="UTF-16"'],
      ["Grüße 東京", utf16le, "text/plain; charset=utf-8"],
      ["Grüße 東京", Buffer.from(utf16le).swap16(), undefined],
      ["plain ascii in utf-16", Buffer.from("plain ascii in utf-16", "utf16le"), undefined],
      ["Grüße", Buffer.from("\uFEFFGrüße"), "text/plain; charset=windows-1252"],
      [japanese, shiftJis, "text/html; charset=Shift_JIS"],
      [japanese, shiftJis, undefined],
      [japanese, shiftJis, "text/html; charset=utf-8"],
      [`<meta charset=shift_jis>${japanese}`, Buffer.concat([Buffer.from("<meta charset=shift_jis>"), shiftJis]), undefined],
      [`<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">${japanese}`, Buffer.concat([Buffer.from('<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">'), shiftJis]), "text/html"],
      ["Grüße 👍 \uFFFD end, übrigens", Buffer.concat([Buffer.from("Grüße 👍 "), Buffer.from([0xff]), Buffer.from(" end, übrigens")]), "text/plain; charset=utf-8"],
    ];
    expect(cases.map(([, bytes, declared]) => decode(bytes, charsetOf(bytes, declared)))).toEqual(cases.map(([text]) => text));
  });
});
