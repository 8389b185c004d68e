import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { errorRate } from "./error-rate.ts";
import { readPng } from "./png.ts";
import { type Desk, lacks, type Server, startDesk, startServer, unfenced, until } from "./rig.ts";

const prose = [
  "The harbour was quiet when the first boats came back, and the gulls",
  "had already gathered along the wall. Nobody spoke much before seven.",
  "Order 4711 was paid on 12 March 2026; the receipt says 1,284.50 EUR.",
  "Please check the valve (left side) and write the pressure down: 3.7 bar.",
  "Warning: the backup of kb.sqlite is older than nine days, run it again.",
  "She asked whether the meeting could move to Thursday, half past three.",
  "Error 404: page not found. Try searching, or go back to the start page.",
  "Version 12.21.0 adds a quiet mode and fixes the flicker on wide screens.",
];

describe.skipIf(lacks("clipboard under X11", ["Xvfb", "xclip"]))("INFRA-02 the clipboard of a real X11 desktop", () => {
  let desk: Desk;
  let server: Server;
  beforeAll(async () => {
    desk = await startDesk({ size: "800x600" });
    server = await startServer(desk.env);
  });
  afterAll(async () => {
    await server?.end();
    await desk?.end();
  });

  const paste = (...args: string[]) => desk.run("xclip", ["-selection", "clipboard", "-o", ...args]);

  it("takes and gives UTF-8 as it is, fenced, and says when it is empty", async () => {
    expect((await server.call("macos_clipboard_read")).failed).toMatch(/^clipboard_empty: The clipboard holds no text\./);
    const text = "Grüße, 世界 😀 — “quoted”\n\ttabbed $(touch x) `id` \\ 'single'\nlast line";
    expect((await server.call("macos_clipboard_write", { text })).json).toEqual({ copied: "text", bytes: Buffer.byteLength(text) });
    expect(paste().toString("utf8")).toBe(text);
    const { json } = await server.call("macos_clipboard_read");
    expect(unfenced(json["text"])).toBe(text);
    expect(json["chars"]).toBe(text.length);
    expect((await server.call("macos_clipboard_read", { kind: "picture" })).failed).toMatch(/^clipboard_empty: The clipboard holds no picture\./);
  });

  it("gives what was written a moment ago, not what was there before", async () => {
    for (let round = 0; round < 60; round++) {
      await server.call("macos_clipboard_write", { text: `round ${round}` });
      expect(unfenced((await server.call("macos_clipboard_read")).json["text"])).toBe(`round ${round}`);
    }
  });

  it("takes 600 KB from us and from others; the answer is short and the whole is a file", async () => {
    const text = Array.from({ length: 12_000 }, (_, line) => `${String(line).padStart(6, "0")} ${randomBytes(20).toString("hex")} ä`).join("\n");
    expect(Buffer.byteLength(text)).toBeGreaterThan(600_000);
    await server.call("macos_clipboard_write", { text });
    expect(paste().toString("utf8") === text).toBe(true);
    const other = text.toUpperCase();
    writeFileSync(join(desk.folder, "other.txt"), other);
    desk.start("xclip", ["-selection", "clipboard", "-i", join(desk.folder, "other.txt")]);
    await until("the other text", () => paste().toString("utf8") === other);
    const { json } = await server.call("macos_clipboard_read");
    expect(unfenced(json["text"])).toBe(other.slice(0, 20_000));
    expect(json["chars"]).toBe(other.length);
    expect(readFileSync(String(json["path"]), "utf8") === other).toBe(true);
    const whole = await server.call("macos_clipboard_read", { maxChars: 1_000_000 });
    expect(unfenced(whole.json["text"]) === other).toBe(true);
    expect(whole.json).not.toHaveProperty("path");
  });

  it("takes a PNG and gives it back, to the byte", async () => {
    const png = noisePng(300, 200);
    const path = join(desk.folder, "picture.png");
    writeFileSync(path, png);
    expect((await server.call("macos_clipboard_write", { path })).json).toEqual({ copied: "picture", bytes: png.length });
    expect(paste("-t", "image/png").equals(png)).toBe(true);
    const read = await server.call("macos_clipboard_read", { kind: "picture" });
    expect(read.structured).toBe(false);
    expect(readFileSync(String(read.json["path"])).equals(png)).toBe(true);
    expect(readPng(read.png ?? Buffer.alloc(0)).data.equals(readPng(png).data)).toBe(true);
  });

  it("names what cannot be copied", async () => {
    const path = join(desk.folder, "no-picture.png");
    writeFileSync(path, "not a picture");
    const cases: [Record<string, unknown>, RegExp][] = [
      [{}, /^Give either text or the path/],
      [{ text: "a", path }, /^Give either text or the path/],
      [{ text: "" }, /^text is empty/],
      [{ path }, /^bad_picture: /],
      [{ path: "relative.png" }, /^unknown_file: path must be absolute/],
      [{ path: "/no/such/file.png" }, /^unknown_file: /],
    ];
    for (const [input, sentence] of cases) expect((await server.call("macos_clipboard_write", input)).failed).toMatch(sentence);
  });

  it("a missing program is named with what installs it", async () => {
    const poor = await startServer({ ...desk.env, PATH: "/nonexistent" });
    try {
      expect((await poor.call("macos_clipboard_read")).failed).toBe("program_missing: There is no program xclip here. Next: sudo apt-get install xclip.");
      expect((await poor.call("macos_clipboard_write", { text: "x" })).failed).toBe("program_missing: There is no program xclip here. Next: sudo apt-get install xclip.");
      expect((await poor.call("macos_notify", { title: "x" })).failed).toBe("program_missing: There is no program notify-send here. Next: sudo apt-get install libnotify-bin.");
      expect((await poor.call("macos_open", { target: "/tmp" })).failed).toBe("program_missing: There is no program xdg-open here. Next: sudo apt-get install xdg-utils.");
      expect((await poor.call("macos_find", { query: "x" })).failed).toBe("program_missing: There is no program plocate here. Next: sudo apt-get install plocate.");
      const { json } = await poor.call("macos_doctor");
      expect(json).toMatchObject({ driver: "x11", ok: false });
      const fixes = (json["abilities"] as { name: string; ok: boolean; fix?: string }[]).filter(({ ok }) => !ok).map(({ fix }) => fix);
      expect(fixes).toEqual(["xclip", "tesseract-ocr tesseract-ocr-eng", "xdg-utils", "plocate", "libnotify-bin"].map((name) => `sudo apt-get install ${name}`));
    } finally {
      await poor.end();
    }
  });
});

describe.skipIf(lacks("text on screen", ["Xvfb", "xterm", "tesseract", "xsetroot"]))("INFRA-02 text on a real screen", () => {
  it("is read with at most 1.5 % wrong characters at 14 points, with boxes where the words stand", async () => {
    const desk = await startDesk();
    const server = await startServer(desk.env);
    try {
      desk.run("xsetroot", ["-solid", "#204060"]);
      writeFileSync(join(desk.folder, "prose.txt"), prose.join("\n"));
      desk.start("xterm", ["-fa", "DejaVu Sans Mono", "-fs", "14", "-geometry", "90x20+60+80", "-e", `printf '\\033[?25l'; cat ${join(desk.folder, "prose.txt")}; sleep 60`]);
      await until("the text", async () => ((await server.call("macos_ocr", { display: 1 })).json["boxes"] as unknown[]).length >= prose.length);
      const { json } = await server.call("macos_ocr");
      const rate = errorRate(prose.join("\n"), unfenced(json["text"]));
      console.log(`OCR: ${(rate * 100).toFixed(2)} % of the characters are wrong`);
      expect(rate).toBeLessThanOrEqual(0.015);
      expect(json["confidence"]).toBeGreaterThan(80);

      const words = await server.call("macos_ocr", { words: true });
      const texts = unfenced(words.json["text"]).split("\n");
      const boxes = words.json["boxes"] as { x: number; y: number; width: number; height: number }[];
      expect(boxes.length).toBe(texts.length);
      // "The harbour" begins the first line, "12.21.0" stands in the last one.
      const [first, last] = [boxes[texts.indexOf("harbour")], boxes[texts.findIndex((text) => text.startsWith("12.21.0"))]];
      expect(first?.x).toBeGreaterThan(80);
      expect(first?.x).toBeLessThan(160);
      expect((last?.y ?? 0) - (first?.y ?? 0)).toBeGreaterThan(7 * 18);
      // The same from the picture's own file.
      const shot = await server.call("macos_screenshot", { profile: "native" });
      const file = await server.call("macos_ocr", { path: shot.json["path"] });
      expect(unfenced(file.json["text"])).toContain("harbour");
      expect((await server.call("macos_ocr", { path: join(desk.folder, "prose.txt") })).failed).toMatch(/^bad_picture: /);
      expect((await server.call("macos_ocr", { path: "/no/such/file.png" })).failed).toMatch(/^unknown_file: /);
    } finally {
      await server.end();
      await desk.end();
    }
  });
});

describe.skipIf(lacks("notifications", ["Xvfb", "dbus-daemon", "dunst", "dunstctl", "notify-send", "dbus-send"]))("INFRA-02 a notification", () => {
  it("is sent and seen by a real notification service, text as text; without one the doctor says so", async () => {
    const desk = await startDesk({ size: "800x600" });
    const bus = `unix:path=${join(desk.folder, "bus")}`;
    desk.start("dbus-daemon", ["--session", "--nofork", "--nopidfile", `--address=${bus}`]);
    await until("the bus", () => readableSocket(desk, bus));
    const env = { ...desk.env, DBUS_SESSION_BUS_ADDRESS: bus };
    const server = await startServer(env);
    try {
      const before = (await server.call("macos_doctor")).json["abilities"] as { name: string; ok: boolean; detail: string }[];
      expect(before.find(({ name }) => name === "notifications")).toMatchObject({ ok: false, fix: expect.stringContaining("dunst") as string });
      desk.start("env", [`DBUS_SESSION_BUS_ADDRESS=${bus}`, "dunst", "-conf", "/dev/null"]);
      const notifications = async () => ((await server.call("macos_doctor")).json["abilities"] as { name: string; ok: boolean }[]).find(({ name }) => name === "notifications")?.ok === true;
      await until("dunst", notifications);
      expect((await server.call("macos_notify", { title: "--help Build <done>", body: "All & <b>everything</b>", urgent: true })).json).toEqual({ sent: true, note: expect.stringContaining("up to the desktop") as string });
      const history = () => JSON.parse(desk.run("env", [`DBUS_SESSION_BUS_ADDRESS=${bus}`, "dunstctl", "history"]).toString("utf8")) as { data: { summary: { data: string }; body: { data: string } }[][] };
      await until("the notification", () => {
        desk.run("env", [`DBUS_SESSION_BUS_ADDRESS=${bus}`, "dunstctl", "close-all"]);
        return (history().data[0]?.length ?? 0) > 0;
      });
      expect(history().data[0]?.[0]).toMatchObject({ summary: { data: "--help Build <done>" } });
      expect(history().data[0]?.[0]?.body.data).toMatch(/^All (&amp;|&) (&lt;|<)b(&gt;|>)everything/);
    } finally {
      await server.end();
      await desk.end();
    }
  });
});

describe.skipIf(lacks("opening files", ["Xvfb", "xdg-open"]))("opening", () => {
  it("hands an address or a file to the desktop, never an option or another kind of address", async () => {
    const desk = await startDesk({ size: "640x480" });
    const path = join(desk.folder, "notes and more.txt");
    writeFileSync(path, "text");
    const browser = join(desk.folder, "browser");
    writeFileSync(browser, `#!/bin/sh\nprintf '%s\\n' "$@" > ${join(desk.folder, "opened")}\n`, { mode: 0o755 });
    const server = await startServer({ ...desk.env, BROWSER: browser });
    const opened = () => readFileSync(join(desk.folder, "opened"), "utf8").trim();
    try {
      expect((await server.call("macos_open", { target: "https://example.com/a?b=c&d='e'" })).json).toEqual({ opened: true });
      await until("the browser", () => opened() === "https://example.com/a?b=c&d=%27e%27");
      expect((await server.call("macos_open", { target: `file://${desk.folder}/notes%20and%20more.txt` })).failed ?? "opened").toMatch(/^(opened|program_failed: xdg-open ended with code \d)/);
      for (const target of ["--help", "javascript:alert(1)", "smb://host/share", "relative/path", "file://otherhost/etc/passwd"]) expect((await server.call("macos_open", { target })).failed, target).toMatch(/^target (must be|is not)/);
      for (const target of ["/no/such/file", "/a\0b", `/${"x".repeat(3_000)}`]) expect((await server.call("macos_open", { target })).failed).toMatch(/^unknown_file: /);
      for (const name of ["run.sh", "Start.DESKTOP", "setup.exe"]) {
        writeFileSync(join(desk.folder, name), "");
        expect((await server.call("macos_open", { target: join(desk.folder, name) })).failed).toMatch(/^would_run: /);
      }
    } finally {
      await server.end();
      await desk.end();
    }
  });
});

it.skipIf(lacks("finding files", ["plocate", "updatedb.plocate"]))("files are found by a real index, all words, whatever case, if they are still there; without a desktop too", async () => {
  using folder = temporaryFolder();
  const names = ["Quarterly Report 2026.pdf", "report of the QUARTERLY meeting.txt", "quarterly.txt", "quarterly report, gone.txt", "--help quarterly report.md"];
  for (const name of names) writeFileSync(join(folder.path, name), "");
  const index = join(folder.path, "index");
  execFileSync("updatedb.plocate", ["--require-visibility", "no", "--prunepaths", "", "--prunefs", "", "--database-root", folder.path, "--output", index]);
  rmSync(join(folder.path, names[3] ?? ""));
  const bin = join(folder.path, "bin");
  mkdirSync(bin);
  // The real one, with an index of its own.
  const locate = (database: string) => writeFileSync(join(bin, "plocate"), `#!/bin/sh\nexec /usr/bin/plocate -d ${database} "$@"\n`, { mode: 0o755 });
  locate(index);
  const env = scratchEnvironment(folder.path);
  const server = await startServer({ ...env, PATH: `${bin}:${env["PATH"]}` });
  try {
    const found = (await server.call("macos_find", { query: "quarterly report" })).json["files"] as string[];
    expect(found.sort()).toEqual([names[0], names[1], names[4]].map((name) => join(folder.path, name ?? "")).sort());
    expect((await server.call("macos_find", { query: "--help" })).json["files"]).toEqual([join(folder.path, names[4] ?? "")]);
    expect((await server.call("macos_find", { query: "no such thing\0" })).json).toEqual({ files: [] });
    locate("/no/such/index");
    expect((await server.call("macos_find", { query: "report" })).failed).toBe("program_failed: plocate has no index yet. Next: sudo updatedb.");
  } finally {
    await server.end();
  }
});

function readableSocket(desk: Desk, bus: string): boolean {
  return desk.run("dbus-send", [`--bus=${bus}`, "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.ListNames"]).includes("array");
}

function noisePng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const ends = [Buffer.alloc(4), Buffer.alloc(4)] as const;
    ends[0].writeUInt32BE(data.length);
    ends[1].writeUInt32BE(crc32(body));
    return Buffer.concat([ends[0], body, ends[1]]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const rows = Array.from({ length: height }, () => Buffer.concat([Buffer.alloc(1), randomBytes(width * 3)]));
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.concat(rows))), chunk("IEND", Buffer.alloc(0))]);
}
