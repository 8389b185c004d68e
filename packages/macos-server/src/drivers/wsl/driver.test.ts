import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Blocks } from "@paios/shared/tool";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type FakeDesktop, fakeDesktop, type Replay } from "../../testing/fakes.ts";
import { paint, png, wallpaper } from "../../testing/pictures.ts";
import clipboardRead from "../../tools/macos_clipboard_read.ts";
import clipboardWrite from "../../tools/macos_clipboard_write.ts";
import doctor from "../../tools/macos_doctor.ts";
import notify from "../../tools/macos_notify.ts";
import open from "../../tools/macos_open.ts";
import screenshot from "../../tools/macos_screenshot.ts";
import windowsTool from "../../tools/macos_windows.ts";
import * as scripts from "./scripts.ts";

const command = "powershell.exe";
const shell = (input: string, more: Partial<Replay> = {}): Replay => ({ command, args: ["-EncodedCommand"], input, ...more });
const notepad = { id: 65_856, title: "Grüße - Notepad", app: "notepad", pid: 1234, x: 300, y: 200, width: 500, height: 400, visible: true, focused: true };
const displays = shell("AllScreens", { stdout: `\uFEFF${JSON.stringify([{ name: "\\\\.\\DISPLAY2", primary: false, x: -800, y: 0, width: 800, height: 600, scale: 1.5 }, { name: "\\\\.\\DISPLAY1", primary: true, x: 0, y: 0, width: 1000, height: 700, scale: 1.5 }])}\r\n` });
const windows = shell("EnumWindows", { stdout: JSON.stringify([notepad]) });
const base64 = (picture: Parameters<typeof png>[0]) => png(picture).toString("base64");

let machine: FakeDesktop;
beforeEach(() => (machine = fakeDesktop("wsl", [command, "wslpath"])));
afterEach(() => machine[Symbol.dispose]());

/** What PowerShell was given: the script in its argument, the data on standard input. */
function given() {
  return machine.calls().filter((call) => call.command === command).map(({ args, input }) => {
    expect(args.slice(0, 3)).toEqual(["-NoProfile", "-NonInteractive", "-EncodedCommand"]);
    return { script: Buffer.from(args[3] ?? "", "base64").toString("utf16le"), input };
  });
}

const facts = ({ content }: Blocks) => {
  const text = content.find(({ type }) => type === "text");
  return JSON.parse(text?.type === "text" ? text.text : "") as Record<string, unknown>;
};

it("a display of Windows is copied in its own pixels", async () => {
  machine.replay(displays, windows, shell("CopyFromScreen", { stdout: base64(wallpaper(1000, 700, [notepad])) }));
  expect(facts((await machine.run(screenshot, { display: 1 })) as Blocks)).toMatchObject({ width: 1000, height: 700, scale: 1, origin: { x: 0, y: 0 }, display: 1 });
  const calls = given();
  expect(calls.map(({ script }) => script).sort()).toEqual([scripts.captureScript, scripts.displaysScript, scripts.windowsScript].sort());
  expect(calls.find(({ script }) => script === scripts.captureScript)?.input).toBe("0,0,1000,700");
  expect(scripts.captureScript).toContain("SetProcessDPIAware");
});

it("a locked desktop, a black one and one without its windows are refused by name", async () => {
  machine.replay(displays, windows, shell("CopyFromScreen", { code: 3 }));
  await expect(machine.run(screenshot, { display: 1 })).rejects.toThrow(/^display_locked: Windows lets nothing be copied/);
  machine.replay(displays, windows, shell("CopyFromScreen", { stdout: base64(paint(1000, 700, () => [0, 0, 0])) }), shell("LogonUI", { stdout: "True" }));
  await expect(machine.run(screenshot, { display: 1 })).rejects.toThrow(/^display_locked: The desktop is locked/);
  machine.replay(displays, windows, shell("CopyFromScreen", { stdout: base64(wallpaper(1000, 700)) }), shell("LogonUI", { stdout: "False" }));
  await expect(machine.run(screenshot, { display: 1 })).rejects.toThrow(/^capture_blank: The picture shows none of the windows/);
});

it("windows come with fenced titles and the display they are on", async () => {
  machine.replay(displays, windows);
  expect(await machine.run(windowsTool, {})).toMatchObject({ windows: [{ id: 65_856, app: "notepad", title: expect.stringContaining("\nGrüße - Notepad\n") as string, display: 1, focused: true }] });
});

it("the clipboard takes and gives text and pictures as data, never as code", async () => {
  const text = "Grüße 😀 '; Remove-Item *; $(calc)";
  machine.replay(shell("SetText"), shell("GetText", { stdout: text }));
  await machine.run(clipboardWrite, { text });
  expect(await machine.run(clipboardRead, {})).toMatchObject({ text: expect.stringContaining(text) as string });
  expect(given()).toEqual([{ script: scripts.writeTextScript, input: text }, { script: scripts.readTextScript, input: "" }]);
  const picture = png(paint(30, 20, (x, y) => [x, y, 9]));
  writeFileSync(join(machine.folder, "picture.png"), picture);
  machine.replay(shell("SetImage"), shell("GetImage", { stdout: picture.toString("base64") }));
  await machine.run(clipboardWrite, { path: join(machine.folder, "picture.png") });
  expect(given()).toEqual([{ script: scripts.writePictureScript, input: picture.toString("base64") }]);
  expect(readFileSync(String(facts((await machine.run(clipboardRead, { kind: "picture" })) as Blocks)["path"])).equals(picture)).toBe(true);
  machine.replay(shell("GetText"));
  await expect(machine.run(clipboardRead, {})).rejects.toThrow(/^clipboard_empty: /);
});

it("opens a Linux path by its Windows name, an address as it is, and sends a toast", async () => {
  machine.replay(shell("Start-Process"), { command: "wslpath", args: ["-w", machine.folder], stdout: "\\\\wsl.localhost\\Debian\\tmp\n" }, { command, args: ["-Command", "-"], input: "ToastNotificationManager" });
  await machine.run(open, { target: machine.folder });
  await machine.run(open, { target: "https://example.com/?a=1&b=2" });
  expect(given().filter(({ script }) => script === scripts.openScript).map(({ input }) => input)).toEqual(["\\\\wsl.localhost\\Debian\\tmp", "https://example.com/?a=1&b=2"]);
  expect(await machine.run(notify, { title: "Done" })).toMatchObject({ sent: true });
});

it("the doctor and every call say how to turn interop on where PowerShell is missing", async () => {
  using bare = fakeDesktop("wsl", []);
  await expect(bare.run(windowsTool, {})).rejects.toThrow(/^program_missing: There is no program powershell\.exe here\. Next: in \/etc\/wsl\.conf set \[interop\]/);
  expect(await bare.run(doctor, {})).toMatchObject({ driver: "wsl", ok: false, abilities: expect.arrayContaining([expect.objectContaining({ ok: false, fix: expect.stringContaining("/etc/wsl.conf") as string })]) as unknown[] });
  machine.replay(displays);
  const { abilities } = (await machine.run(doctor, {})) as { abilities: { ok: boolean; detail: string }[] };
  expect(abilities[0]).toMatchObject({ ok: true, detail: "800×600, 1000×700" });
});
