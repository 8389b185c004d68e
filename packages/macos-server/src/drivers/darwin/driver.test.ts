import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Blocks } from "@paios/shared/tool";
import { afterEach, beforeEach, expect, it } from "vitest";
import { decodePicture } from "../../picture/decode.ts";
import { type FakeDesktop, fakeDesktop, type Replay } from "../../testing/fakes.ts";
import { paint, png, wallpaper } from "../../testing/pictures.ts";
import clipboardRead from "../../tools/macos_clipboard_read.ts";
import clipboardWrite from "../../tools/macos_clipboard_write.ts";
import doctor from "../../tools/macos_doctor.ts";
import find from "../../tools/macos_find.ts";
import notify from "../../tools/macos_notify.ts";
import ocr from "../../tools/macos_ocr.ts";
import open from "../../tools/macos_open.ts";
import screenshot from "../../tools/macos_screenshot.ts";
import windowsTool from "../../tools/macos_windows.ts";
import { displaysScript, lockedScript, readPictureScript, windowsScript, writePictureScript } from "./scripts.ts";

const commands = ["screencapture", "osascript", "pbcopy", "pbpaste", "mdfind", "open"];
const jxa = ["-l", "JavaScript", "-"];
const safari = { id: 42, title: "Start page", app: "Safari", pid: 77, x: 100, y: 50, width: 400, height: 300 };
const displays: Replay = { command: "osascript", input: displaysScript, stdout: `${JSON.stringify([{ name: "Built-in", x: 0, y: 0, width: 720, height: 450, scale: 2 }, { name: "Side", x: 720, y: 50, width: 640, height: 400, scale: 1 }])}\n` };
const windows = (...found: object[]): Replay => ({ command: "osascript", input: windowsScript, stdout: JSON.stringify({ front: 77, windows: found }) });
const unlocked: Replay = { command: "osascript", input: lockedScript, stdout: "false" };
/** As fine as the built-in display, with the window in it. */
const shot = wallpaper(1440, 900, [{ x: 200, y: 100, width: 800, height: 600 }]);

let mac: FakeDesktop;
beforeEach(() => (mac = fakeDesktop("darwin", commands)));
afterEach(() => mac[Symbol.dispose]());

const facts = (answer: Blocks) => {
  const text = answer.content.find(({ type }) => type === "text");
  return JSON.parse(text?.type === "text" ? text.text : "") as Record<string, unknown>;
};
const captures = () => mac.calls().filter(({ command }) => command === "screencapture").map(({ args }) => args.slice(0, -1));

it("a display is taken by its place, and its points are found again in the finer picture", async () => {
  mac.replay(displays, windows(safari), { command: "screencapture", args: ["-R"], file: png(shot) });
  const answer = (await mac.run(screenshot, { display: 1 })) as Blocks;
  expect(facts(answer)).toMatchObject({ width: 1383, height: 864, scale: 1383 / 720, origin: { x: 0, y: 0 }, display: 1, fit: { from: { width: 1440, height: 900 } } });
  expect(answer.content.map(({ type }) => type)).toEqual(["image", "text"]);
  const calls = mac.calls();
  expect(calls.filter(({ command }) => command === "osascript").map(({ args }) => args)).toEqual([jxa, jxa]);
  expect(calls.filter(({ command }) => command === "screencapture").map(({ args }) => args.slice(0, -1))).toEqual([["-x", "-t", "png", "-R", "0,0,720,450"]]);
  const path = calls.find(({ command }) => command === "screencapture")?.args.at(-1) ?? "";
  expect(existsSync(dirname(path))).toBe(false);
});

it("several displays are taken one by one and put together, as coarse as the coarsest", async () => {
  const side = paint(640, 400, (x) => [x % 250, 200, 10]);
  mac.replay(displays, windows(safari), { command: "screencapture", args: ["0,0,720,450"], file: png(shot) }, { command: "screencapture", args: ["720,50,640,400"], file: png(side) });
  const answer = facts((await mac.run(screenshot, { profile: "native" })) as Blocks);
  expect(answer).toMatchObject({ width: 1360, height: 450, scale: 1, display: "all" });
  expect(captures()).toEqual([["-x", "-t", "png", "-R", "0,0,720,450"], ["-x", "-t", "png", "-R", "720,50,640,400"]]);
  const { data } = decodePicture(readFileSync(String(answer["path"])));
  const at = (x: number, y: number) => [...data.subarray((y * 1360 + x) * 3, (y * 1360 + x) * 3 + 3)];
  expect([at(300, 200), at(720, 50), at(1359, 449), at(1000, 10)]).toEqual([[235, 235, 240], [0, 200, 10], [639 % 250, 200, 10], [0, 0, 0]]);
});

it("a window is taken by its id, whatever covers it", async () => {
  mac.replay(displays, windows({ ...safari, id: 9, app: "Notes", pid: 5 }, safari), { command: "screencapture", args: ["-l42"], file: png(paint(800, 600, (x) => [x % 256, 0, 0])) });
  expect(facts((await mac.run(screenshot, { app: "safari" })) as Blocks)).toMatchObject({ window: 42, width: 800, height: 600, scale: 2, origin: { x: 100, y: 50 }, display: 1 });
  expect(captures()).toEqual([["-x", "-t", "png", "-l42", "-o"]]);
});

it("a wallpaper without windows, a black picture, and one while titles are withheld are refused, each with the permission to give", async () => {
  const refused = /^capture_blank: .*System Settings → Privacy & Security → Screen & System Audio Recording/;
  for (const [picture, window] of [[wallpaper(1440, 900), safari], [paint(1440, 900, () => [0, 0, 0]), safari], [wallpaper(1440, 900), { ...safari, title: "", x: -20, y: -20, width: 900, height: 900 }]] as const) {
    mac.replay(displays, windows(window), unlocked, { command: "screencapture", args: ["-R"], file: png(picture) });
    await expect(mac.run(screenshot, { display: 1 })).rejects.toThrow(refused);
  }
  mac.replay(displays, windows(safari), { ...unlocked, stdout: "true" }, { command: "screencapture", args: ["-R"], file: png(paint(1440, 900, () => [0, 0, 0])) });
  await expect(mac.run(screenshot, { display: 1 })).rejects.toThrow(/^display_locked: /);
  expect(existsSync(join(mac.desktop.home, "screens"))).toBe(false);
});

it("no picture is a denial, with or without an exit code", async () => {
  for (const replay of [{ code: 1, stderr: "could not create image from display" }, { code: 0 }]) {
    mac.replay(displays, windows(safari), { command: "screencapture", ...replay });
    await expect(mac.run(screenshot, { display: 1 })).rejects.toThrow(/^denied: macOS gave no picture\. System Settings/);
  }
});

it("titles are fenced, the frontmost app's topmost window has the focus", async () => {
  mac.replay(displays, windows({ ...safari, id: 9, pid: 5 }, safari, { ...safari, id: 43 }));
  const { windows: found } = (await mac.run(windowsTool, {})) as { windows: { id: number; focused: boolean; title: string }[] };
  expect(found.map(({ id, focused }) => [id, focused])).toEqual([[9, false], [42, true], [43, false]]);
  expect(found[1]?.title).toMatch(/^<external-content boundary="[\w-]+" source="a window's title">\n.*\nStart page\n/);
});

it("text is read by Vision, with boxes in the desktop's points", async () => {
  const line = { text: "Hello Mac", confidence: 0.97, x: 0.25, y: 0.5, width: 0.5, height: 0.1 };
  mac.replay(displays, windows(safari), { command: "screencapture", args: ["-R"], file: png(shot) }, { command: "osascript", input: "VNRecognizeTextRequest", stdout: JSON.stringify({ read: true, width: 1440, height: 900, lines: [line] }) });
  expect(await mac.run(ocr, { display: 1 })).toMatchObject({ text: expect.stringContaining("\nHello Mac\n") as string, boxes: [{ x: 180, y: 225, width: 360, height: 45, confidence: 97 }], confidence: 97 });
  const path = join(mac.folder, "picture.heic");
  writeFileSync(path, "a picture that only macOS reads");
  await mac.run(ocr, { path });
  expect(mac.calls().at(-1)?.input).toContain(JSON.stringify(path));
  mac.replay({ command: "osascript", input: "VNRecognizeTextRequest", stdout: JSON.stringify({ read: false, width: 0, height: 0, lines: [] }) });
  await expect(mac.run(ocr, { path })).rejects.toThrow(/^bad_picture: /);
});

it("the clipboard takes and gives UTF-8 and PNG", async () => {
  const text = "Grüße 😀";
  mac.replay({ command: "pbcopy" }, { command: "pbpaste", args: ["-Prefer", "txt"], stdout: text });
  expect(await mac.run(clipboardWrite, { text })).toEqual({ copied: "text", bytes: 12 });
  expect(await mac.run(clipboardRead, {})).toMatchObject({ text: expect.stringContaining(`\n${text}\n`) as string });
  const [copy, paste] = mac.calls();
  expect([copy?.input, copy?.environment["LC_CTYPE"], paste?.environment["LC_CTYPE"]]).toEqual([text, "UTF-8", "UTF-8"]);

  const picture = png(paint(40, 30, (x, y) => [x, y, 7]));
  writeFileSync(join(mac.folder, "picture.png"), picture);
  mac.replay({ command: "osascript", input: "setDataForType", stdout: "true" }, { command: "osascript", input: readPictureScript, stdout: JSON.stringify(picture.toString("base64")) });
  await mac.run(clipboardWrite, { path: join(mac.folder, "picture.png") });
  expect(mac.calls()[0]?.input).toBe(writePictureScript(picture));
  const read = facts((await mac.run(clipboardRead, { kind: "picture" })) as Blocks);
  expect(readFileSync(String(read["path"])).equals(picture)).toBe(true);
  mac.replay({ command: "pbpaste" }, { command: "osascript", stdout: '""' });
  await expect(mac.run(clipboardRead, {})).rejects.toThrow(/^clipboard_empty: The clipboard holds no text/);
  await expect(mac.run(clipboardRead, { kind: "picture" })).rejects.toThrow(/^clipboard_empty: The clipboard holds no picture/);
});

it("notifies, opens and finds by macOS's own programs", async () => {
  const files = ["a report.pdf", "b report.pdf"].map((name) => join(mac.folder, name));
  for (const file of files) writeFileSync(file, "");
  mac.replay({ command: "osascript", input: "displayNotification" }, { command: "open" }, { command: "mdfind", args: ["-name", "report"], stdout: `${[...files, "/gone/report.pdf"].join("\n")}\n` });
  expect(await mac.run(notify, { title: "Done", body: 'say "hi"' })).toMatchObject({ sent: true });
  expect(mac.calls()).toMatchObject([{ command: "osascript", args: jxa, input: expect.stringContaining(String.raw`displayNotification("say \"hi\"", { withTitle: "Done" })`) as string }]);
  await mac.run(open, { target: files[0] });
  await mac.run(open, { target: "https://example.com/ä" });
  expect(mac.calls().map(({ args }) => args)).toEqual([[files[0]], ["https://example.com/%C3%A4"]]);
  expect(await mac.run(find, { query: "report" })).toEqual({ files });
});

it("the doctor names what is missing, with the way through System Settings", async () => {
  const tiny = { command: "screencapture", args: ["0,0,8,8"], file: png(paint(16, 16, (x) => [x, 0, 0])) };
  mac.replay(displays, windows(safari), tiny);
  expect(await mac.run(doctor, {})).toMatchObject({ driver: "darwin", ok: true });
  mac.replay(displays, windows({ ...safari, title: "" }), { command: "screencapture", code: 1 });
  const { ok, abilities } = (await mac.run(doctor, {})) as { ok: boolean; abilities: { name: string; ok: boolean; fix?: string }[] };
  expect(ok).toBe(false);
  for (const name of ["screen", "windows and their titles"]) expect(abilities.find((each) => each.name === name)).toMatchObject({ ok: false, fix: expect.stringContaining("Screen & System Audio Recording") as string });
});

it("an answer of another form and a failing script are named", async () => {
  mac.replay({ command: "osascript", stdout: "missing value" });
  await expect(mac.run(windowsTool, {})).rejects.toThrow(/^program_failed: osascript answered in a form that is not read here/);
  mac.replay({ command: "osascript", code: 1, stderr: "execution error" });
  await expect(mac.run(windowsTool, {})).rejects.toThrow(/^program_failed: osascript ended with code 1/);
});
