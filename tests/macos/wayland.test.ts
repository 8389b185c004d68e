import { spawn } from "node:child_process";
import { chmodSync, chownSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { killGroup } from "@paios/shared/process";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { readPng } from "./png.ts";
import { lacks, startServer, unfenced, until } from "./rig.ts";

const nobody = 65_534;
const config = `
output HEADLESS-1 resolution 1280x720 position 0 0 bg #405060 solid_color
output HEADLESS-2 resolution 1600x1200 position 1280 0 scale 2 bg #506070 solid_color
default_border normal
for_window [app_id=".*"] floating enable
`;

it.skipIf(lacks("Wayland", ["sway", "swaymsg", "grim", "wl-copy", "wl-paste", "foot", "setpriv"]))("INFRA-02 a real Wayland desktop (headless sway) is seen, two displays and HiDPI, with windows and clipboard", async () => {
  using folder = temporaryFolder("paios-sway-");
  writeFileSync(join(folder.path, "config"), config);
  chmodSync(folder.path, 0o700);
  const root = process.getuid?.() === 0;
  if (root) chownSync(folder.path, nobody, nobody);
  const env = scratchEnvironment(folder.path, { XDG_RUNTIME_DIR: folder.path, LANG: "C.UTF-8", WLR_BACKENDS: "headless", WLR_RENDERER: "pixman", WLR_LIBINPUT_NO_DEVICES: "1", WLR_HEADLESS_OUTPUTS: "2" });
  // sway does not run as root.
  const drop = root ? ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"] : ["env"];
  const children: number[] = [];
  const start = (args: readonly string[], more: Record<string, string> = {}) => {
    const child = spawn(drop[0] ?? "", [...drop.slice(1), ...args], { env: { ...env, ...more }, stdio: "ignore", detached: true });
    if (child.pid !== undefined) children.push(child.pid);
  };
  try {
    start(["sway", "-c", join(folder.path, "config")]);
    const named = (pattern: RegExp) => readdirSync(folder.path).find((name) => pattern.test(name)) ?? "";
    await until("sway", () => named(/^wayland-\d+$/) !== "" && named(/^sway-ipc\..*\.sock$/) !== "");
    const desk = { WAYLAND_DISPLAY: named(/^wayland-\d+$/), SWAYSOCK: join(folder.path, named(/^sway-ipc\..*\.sock$/)) };
    const server = await startServer({ ...env, ...desk });
    try {
      await until("its displays", async () => ((await server.call("macos_displays")).json["displays"] as unknown[]).length === 2);
      const displays = (await server.call("macos_displays")).json["displays"] as { id: number; name: string; scale: number }[];
      expect(displays).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ name: "HEADLESS-1", x: 0, y: 0, width: 1280, height: 720, scale: 1 }),
          expect.objectContaining({ name: "HEADLESS-2", x: 1280, y: 0, width: 800, height: 600, scale: 2 }),
        ]),
      );
      const [coarse, fine] = ["HEADLESS-1", "HEADLESS-2"].map((name) => displays.find((each) => each.name === name)?.id);
      expect((await server.call("macos_screenshot", { display: coarse })).failed).toMatch(/^capture_blank: The picture is nothing but #405060/);

      start(["foot", "--title=Grüße", "sh", "-c", "echo A window under Wayland; sleep 60"], desk);
      await until("the window", async () => (await server.call("macos_windows")).json["total"] === 1);
      const [window] = (await server.call("macos_windows")).json["windows"] as [{ id: number; title: string; app: string; x: number; y: number; width: number; height: number; visible: boolean; display: number }];
      expect(window).toMatchObject({ app: "foot", visible: true });
      expect(unfenced(window.title)).toBe("Grüße");
      await until("its picture", async () => (await server.call("macos_screenshot", { app: "foot" })).failed === undefined);
      const density = window.display === fine ? 2 : 1;
      const { json } = await server.call("macos_screenshot", { window: window.id, profile: "native" });
      expect(json).toMatchObject({ window: window.id, scale: density, origin: { x: window.x, y: window.y }, width: window.width * density, height: window.height * density });
      const all = await server.call("macos_screenshot", { profile: "native" });
      expect(all.json).toMatchObject({ scale: 2, width: 4160, height: 1440, display: "all" });
      const picture = readPng(readFileSync(String(all.json["path"])));
      // The corner of the fine display, in the picture of both.
      expect([...picture.data.subarray((1198 * 4160 + 4158) * 3, (1198 * 4160 + 4158) * 3 + 3)]).toEqual([0x50, 0x60, 0x70]);

      const text = "Grüße, 世界 😀\nsecond line";
      expect((await server.call("macos_clipboard_write", { text })).json).toEqual({ copied: "text", bytes: Buffer.byteLength(text) });
      expect(unfenced((await server.call("macos_clipboard_read")).json["text"])).toBe(text);
      expect((await server.call("macos_clipboard_read", { kind: "picture" })).failed).toMatch(/^clipboard_empty: /);
      expect((await server.call("macos_clipboard_write", { path: json["path"] })).json).toMatchObject({ copied: "picture" });
      const back = await server.call("macos_clipboard_read", { kind: "picture" });
      expect(readFileSync(String(back.json["path"])).equals(readFileSync(String(json["path"])))).toBe(true);
      expect((await server.call("macos_screenshot", { x: 2000, y: 700, width: 10, height: 10 })).failed).toMatch(/^off_screen: /);
      expect((await server.call("macos_doctor")).json).toMatchObject({ driver: "wayland", abilities: expect.arrayContaining([expect.objectContaining({ name: "screen", ok: true })]) as unknown[] });
    } finally {
      await server.end();
    }
    const lost = await startServer({ ...env, ...desk, WAYLAND_DISPLAY: "wayland-99" });
    const deaf = await startServer({ ...env, ...desk, SWAYSOCK: "/no/such/socket" });
    try {
      expect((await lost.call("macos_screenshot")).failed).toMatch(/^no_desktop: There is no Wayland compositor/);
      expect((await deaf.call("macos_screenshot")).failed).toMatch(/^no_desktop: sway did not answer/);
    } finally {
      await lost.end();
      await deaf.end();
    }
  } finally {
    for (const pid of children.toReversed()) killGroup(pid);
  }
});
