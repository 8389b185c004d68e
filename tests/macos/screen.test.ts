import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Picture, readPng } from "./png.ts";
import { type Desk, lacks, type Server, startDesk, startServer, unfenced, until } from "./rig.ts";

const x11 = createRequire(new URL("../../packages/macos-server/package.json", import.meta.url))("x11") as X11;

interface X11 {
  createClient: (options: { display: string }, ready: (error: Error | undefined, display: { screen: { root: number }[]; client: X11Client }) => void) => unknown;
}

interface X11Client {
  AllocID: () => number;
  CreateWindow: (id: number, parent: number, x: number, y: number, width: number, height: number, border: number, depth: number, kind: number, visual: number, values: object) => void;
  MapWindow: (id: number) => void;
  UnmapWindow: (id: number) => void;
  DestroyWindow: (id: number) => void;
  ClearArea: (id: number, x: number, y: number, width: number, height: number, exposures: number) => void;
  ChangeWindowAttributes: (id: number, values: object) => void;
  terminate: () => void;
}

const needed = ["Xvfb", "openbox", "xterm", "xprop", "xrandr", "xrdb", "xsetroot"];

describe.skipIf(lacks("screens under X11", needed))("INFRA-02 pictures of a real X11 desktop", () => {
  let desk: Desk;
  let server: Server;
  let x: { root: number; client: X11Client };

  beforeAll(async () => {
    desk = await startDesk({ size: "3200x1080", manager: true });
    // A wide screen of the left, a smaller one at the right.
    desk.run("xrandr", ["--setmonitor", "LEFT", "1920/508x1080/285+0+0", "screen"]);
    desk.run("xrandr", ["--setmonitor", "RIGHT", "1280/338x1024/270+1920+0", "none"]);
    server = await startServer(desk.env);
    x = await new Promise((resolve, reject) => {
      x11.createClient({ display: desk.display }, (error, display) => (error ? reject(error) : resolve({ root: display.screen[0]?.root ?? 0, client: display.client })));
    });
  });
  afterAll(async () => {
    x?.client.terminate();
    await server?.end();
    await desk?.end();
  });

  /** A window of one colour, without the window manager. */
  function patch({ left, top, width, height, colour }: { left: number; top: number; width: number; height: number; colour?: number }): number {
    const id = x.client.AllocID();
    x.client.CreateWindow(id, x.root, left, top, width, height, 0, 0, 0, 0, { ...(colour !== undefined && { backgroundPixel: colour }), overrideRedirect: true });
    x.client.MapWindow(id);
    return id;
  }

  it("a black screen and one of a single colour are refused by name, and nothing is kept", async () => {
    for (const colour of ["black", "#336699"]) {
      desk.run("xsetroot", ["-solid", colour]);
      const { failed, png } = await server.call("macos_screenshot");
      expect(failed).toMatch(/^capture_blank: The picture is nothing but #(000000|336699) and was not kept\. .+\. macos_doctor tells what is missing\.$/);
      expect(png).toBeUndefined();
    }
    expect(statSync(`${server.home}/screens`, { throwIfNoEntry: false })).toBeUndefined();
  });

  it("two monitors and their scale at HiDPI are told", async () => {
    expect((await server.call("macos_displays")).json).toEqual({
      displays: [
        { id: 1, name: "LEFT", x: 0, y: 0, width: 1920, height: 1080, scale: 1, primary: true },
        { id: 2, name: "RIGHT", x: 1920, y: 0, width: 1280, height: 1024, scale: 1, primary: false },
      ],
    });
    desk.run("xrdb", ["-merge"], "Xft.dpi: 192\n");
    expect(((await server.call("macos_displays")).json["displays"] as { scale: number }[]).map(({ scale }) => scale)).toEqual([2, 2]);
    desk.run("xrdb", ["-merge"], "Xft.dpi: 96\n");
  });

  it.each([
    ["the whole desktop", {}, "claude-standard", "all"],
    ["the whole desktop for large models", { profile: "claude-hires" }, "claude-hires", "all"],
    ["the first display", { target: "display" }, "claude-standard", 1],
    ["the second display", { display: 2 }, "claude-standard", 2],
    ["a region over both", { target: "region", x: 1500, y: 33, width: 1301, height: 907 }, "claude-standard", "all"],
    ["everything as it is", { profile: "native" }, "native", "all"],
  ])("coordinates in a picture of %s map back within a pixel", async (_, input, profile, display) => {
    desk.run("xsetroot", ["-solid", "#204060"]);
    const marks = [
      { left: 37, top: 41 },
      { left: 1111, top: 777 },
      { left: 1613, top: 311 },
      { left: 1873, top: 1049 },
      { left: 1931, top: 3 },
      { left: 2555, top: 501 },
      { left: 3183, top: 1007 },
    ].map((mark) => ({ ...mark, width: 16, height: 16 }));
    const ids = marks.map((mark) => patch({ ...mark, colour: 0xff8000 }));
    try {
      const { json, png, failed, structured } = await server.call("macos_screenshot", input);
      expect(failed).toBeUndefined();
      expect(structured).toBe(false);
      expect(json).toMatchObject({ display, fit: { profile } });
      const bytes = readFileSync(String(json["path"]));
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(json["sha256"]);
      if (profile === "native") expect(png).toBeUndefined();
      else expect(bytes.equals(png ?? Buffer.alloc(0))).toBe(true);
      const picture = readPng(bytes);
      const { width, height, scale, origin } = json as { width: number; height: number; scale: number; origin: { x: number; y: number } };
      expect([picture.width, picture.height]).toEqual([width, height]);
      const area = { right: origin.x + width / scale, bottom: origin.y + height / scale };
      const inside = marks.filter(({ left, top }) => left >= origin.x && top >= origin.y && left + 16 <= area.right && top + 16 <= area.bottom);
      expect(inside.length).toBeGreaterThan(1);
      for (const { left, top } of inside) {
        const found = centre(picture, { x: (left + 8 - origin.x) * scale, y: (top + 8 - origin.y) * scale, reach: 16 * scale });
        expect(Math.abs(origin.x + found.x / scale - (left + 8))).toBeLessThan(1);
        expect(Math.abs(origin.y + found.y / scale - (top + 8))).toBeLessThan(1);
      }
    } finally {
      for (const id of ids) x.client.DestroyWindow(id);
    }
  });

  it("and so do those of a HiDPI screen, whose scale is told", async () => {
    const fine = await startDesk({ size: "3840x2160" });
    const other = await startServer(fine.env);
    try {
      fine.run("xrdb", ["-merge"], "Xft.dpi: 192\n");
      fine.run("xsetroot", ["-solid", "#204060"]);
      fine.start("xterm", ["-b", "0", "-bw", "0", "+sb", "-bg", "#ff8000", "-fg", "#ff8000", "-cr", "#ff8000", "-geometry", "20x8+2345+1717", "-e", "sleep 60"]);
      await until("the terminal", async () => (await other.call("macos_windows")).json["total"] === 1);
      const [window] = (await other.call("macos_windows")).json["windows"] as [{ x: number; y: number; width: number; height: number }];
      expect(window).toMatchObject({ x: 2345, y: 1717 });
      expect((await other.call("macos_displays")).json["displays"]).toMatchObject([{ width: 3840, height: 2160, scale: 2 }]);
      await until("its paint", async () => readPng((await other.call("macos_screenshot")).png ?? Buffer.alloc(0)).data.includes(Buffer.from([0xff, 0x80, 0x00])));
      const { json, png } = await other.call("macos_screenshot");
      expect(json).toMatchObject({ width: 1454, height: 818, scale: 1454 / 3840 });
      const found = box(readPng(png ?? Buffer.alloc(0)));
      const scale = json["scale"] as number;
      const desktop = { left: found.left / scale, top: found.top / scale, right: found.right / scale, bottom: found.bottom / scale };
      // The edges to the part of a pixel that they cover.
      expect(Math.abs(desktop.left - window.x)).toBeLessThan(1);
      expect(Math.abs(desktop.top - window.y)).toBeLessThan(1);
      expect(Math.abs(desktop.right - window.x - window.width)).toBeLessThan(1);
      expect(Math.abs(desktop.bottom - window.y - window.height)).toBeLessThan(1);
    } finally {
      await other.end();
      await fine.end();
    }
  });

  it("a desktop that wants a cookie is denied without it, and one that systemd calls locked is locked", async () => {
    const guarded = await startDesk({ size: "640x480", cookie: true });
    const bin = `${guarded.folder}/bin`;
    mkdirSync(bin);
    writeFileSync(`${bin}/loginctl`, "#!/bin/sh\necho yes\n", { mode: 0o755 });
    const { XAUTHORITY: _, ...without } = guarded.env;
    const refused = await startServer(without);
    const locked = await startServer({ ...guarded.env, PATH: `${bin}:${guarded.env["PATH"]}` });
    try {
      guarded.run("xsetroot", ["-solid", "black"]);
      expect((await refused.call("macos_screenshot")).failed).toMatch(/^denied: The X server :\d+ refused the connection\. Set XAUTHORITY/);
      expect((await refused.call("macos_doctor")).json).toMatchObject({ ok: false, abilities: expect.arrayContaining([expect.objectContaining({ name: "screen, windows", ok: false, fix: expect.stringContaining("XAUTHORITY") as string })]) as unknown[] });
      expect((await locked.call("macos_screenshot")).failed).toMatch(/^display_locked: The desktop is locked/);
    } finally {
      await refused.end();
      await locked.end();
      await guarded.end();
    }
  });

  it("a wallpaper without the windows that are there is refused, and an empty desktop is not", async () => {
    desk.run("xsetroot", ["-bitmap", wallpaper(desk), "-fg", "#405060", "-bg", "#506070"]);
    expect((await server.call("macos_screenshot")).failed).toBeUndefined();
    // A window without a background of its own: its place shows what is below it.
    const id = x.client.AllocID();
    x.client.CreateWindow(id, x.root, 300, 200, 900, 600, 0, 0, 0, 0, { backgroundPixmap: 0 });
    // The frame that openbox gives it would be seen.
    x.client.ChangeWindowAttributes(id, { overrideRedirect: true });
    x.client.MapWindow(id);
    try {
      // Known to be there as far as any program can tell: the list that the window manager keeps.
      desk.run("xprop", ["-root", "-f", "_NET_CLIENT_LIST_STACKING", "32x", "-set", "_NET_CLIENT_LIST_STACKING", `0x${id.toString(16)}`]);
      const windows = (await server.call("macos_windows")).json["windows"] as { id: number; visible: boolean }[];
      expect(windows).toMatchObject([{ id, visible: true, x: 300, y: 200, width: 900, height: 600 }]);
      for (const input of [{}, { display: 1 }, { window: id }]) {
        expect((await server.call("macos_screenshot", input)).failed, JSON.stringify(input)).toMatch(/^capture_blank: The picture shows none of the windows that are there and was not kept\./);
      }
      expect((await server.call("macos_ocr")).failed).toMatch(/^capture_blank: /);
      // The same window, painted: now it is a picture.
      x.client.ChangeWindowAttributes(id, { backgroundPixel: 0xe0e0e0 });
      x.client.ClearArea(id, 0, 0, 0, 0, 0);
      await until("the window", async () => (await server.call("macos_screenshot")).failed === undefined);
    } finally {
      x.client.DestroyWindow(id);
      desk.run("xprop", ["-root", "-remove", "_NET_CLIENT_LIST_STACKING"]);
    }
  });

  it("windows are listed with frame, title, app and process, and each can be taken by id, by app, by focus", async () => {
    desk.run("xsetroot", ["-solid", "#303030"]);
    const shown = desk.start("xterm", ["-geometry", "60x12+200+300", "-T", "Grüße <external-content> ☃", "-e", "sleep 60"]);
    await until("the terminal", async () => (await server.call("macos_windows")).json["total"] === 1);
    const [window] = (await server.call("macos_windows")).json["windows"] as [{ id: number; title: string; app: string; pid: number; x: number; y: number; width: number; height: number; display: number; focused: boolean }];
    expect(window).toMatchObject({ app: "XTerm", pid: shown.pid, display: 1, visible: true });
    expect(unfenced(window.title)).toMatch(/^Grüße .*☃$/);
    expect(unfenced(window.title)).not.toContain("<external-content>");
    expect((await server.call("macos_apps")).json).toEqual({ apps: [{ app: "XTerm", pids: [shown.pid], windows: 1, focused: expect.any(Boolean) as boolean }] });
    await until("the focus", async () => (await server.call("macos_screenshot", { target: "window" })).failed === undefined);
    for (const input of [{ window: window.id }, { app: "xterm" }, { app: "TERM" }, { target: "window" }]) {
      const { json } = await server.call("macos_screenshot", { ...input, profile: "native" });
      expect(json, JSON.stringify(input)).toMatchObject({ window: window.id, width: window.width, height: window.height, scale: 1, origin: { x: window.x, y: window.y }, display: 1 });
      // The first and the last row are the frame's, not the ground's.
      const picture = readPng(readFileSync(String(json["path"])));
      expect([...pixel(picture, 5, 0), ...pixel(picture, 5, picture.height - 1)]).not.toEqual([48, 48, 48, 48, 48, 48]);
    }
    const above = desk.start("xterm", ["-geometry", "20x5+220+340", "-e", "sleep 60"]);
    await until("a window above", async () => (await server.call("macos_screenshot", { window: window.id })).json["notes"] !== undefined);
    expect((await server.call("macos_screenshot", { window: window.id })).json["notes"]).toEqual(["other windows cover a part of it"]);
    above.kill();
    shown.kill();
    await until("its end", async () => (await server.call("macos_windows")).json["total"] === 0);
    expect((await server.call("macos_screenshot", { window: window.id })).failed).toBe(`window_gone: There is no window ${window.id} (any more). macos_windows lists what is there.`);
  });

  it("what cannot be shown is a named failure with the next step", async () => {
    desk.run("xsetroot", ["-solid", "#303030"]);
    const shown = desk.start("xterm", ["-iconic", "-e", "sleep 60"]);
    await until("the terminal", async () => (await server.call("macos_windows")).json["total"] === 1);
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ x: 9000, y: 0, width: 10, height: 10 }, /^off_screen: .* from 0,0 to 3200,1080/],
      [{ x: -500, y: -500, width: 100, height: 100 }, /^off_screen: /],
      [{ x: 2000, y: 1040, width: 100, height: 30 }, /^off_screen: /],
      [{ x: 0, y: 0, width: 0, height: 10 }, /^bad_size: A region of 0×10 has no pixels/],
      [{ x: 0, y: 0, width: 10, height: -10 }, /^bad_size: A region of 10×-10 has no pixels/],
      [{ target: "region", x: 1 }, /^bad_size: A region needs x, y, width and height/],
      [{ display: 3 }, /^unknown_display: There is no display 3; there are 2, from 1/],
      [{ window: 123_456_789 }, /^window_gone: /],
      [{ app: "no such app" }, /^unknown_app: /],
      [{ target: "app" }, /^unknown_app: Give the name of an app/],
      [{ app: "xterm" }, /^window_hidden: /],
    ];
    for (const [input, sentence] of cases) expect((await server.call("macos_screenshot", input)).failed, JSON.stringify(input)).toMatch(sentence);
    shown.kill();
  });

  it("a region over the edge is cut to the desktop, and a plain one on a working desktop is true", async () => {
    desk.run("xsetroot", ["-bitmap", wallpaper(desk), "-fg", "#405060", "-bg", "#506070"]);
    const plain = patch({ left: 100, top: 100, width: 200, height: 200, colour: 0xffffff });
    try {
      expect((await server.call("macos_screenshot", { x: -50, y: 1000, width: 200, height: 200 })).json).toMatchObject({ origin: { x: 0, y: 1000 }, width: 150, height: 80 });
      expect((await server.call("macos_screenshot", { x: 120, y: 120, width: 50, height: 50 })).json).toMatchObject({ width: 50, notes: ["every pixel is #ffffff"] });
    } finally {
      x.client.DestroyWindow(plain);
    }
  });

  it("a desktop that stops answering is a time-out and no question of permission, and comes back", async () => {
    const second = await startDesk({ size: "800x600" });
    const other = await startServer(second.env);
    try {
      second.run("xsetroot", ["-mod", "8", "8", "-fg", "#405060", "-bg", "#506070"]);
      expect((await other.call("macos_screenshot")).failed).toBeUndefined();
      process.kill(second.pid, "SIGSTOP");
      const { failed } = await other.call("macos_windows");
      process.kill(second.pid, "SIGCONT");
      expect(failed).toMatch(/did not answer within 5 s/);
      expect(failed).not.toMatch(/denied|permission/i);
      await wait(100);
      expect((await other.call("macos_screenshot")).failed).toBeUndefined();
      await second.end();
      expect((await other.call("macos_screenshot")).failed).toMatch(/^no_desktop: /);
    } finally {
      await other.end();
      await second.end();
    }
  });

  it("screens of 16 bits and without a desktop, a cookie or a driver", async () => {
    const coarse = await startDesk({ size: "640x480", depth: 16 });
    const other = await startServer(coarse.env);
    const none = await startServer({ ...coarse.env, DISPLAY: "" });
    const wrong = await startServer({ ...coarse.env, DISPLAY: ":54321" });
    const garbage = await startServer({ ...coarse.env, DISPLAY: "not a display" });
    const unreadable = await startServer({ ...coarse.env, XAUTHORITY: coarse.folder });
    try {
      coarse.run("xsetroot", ["-mod", "16", "16", "-fg", "#ff0000", "-bg", "#0000ff"]);
      const { json } = await other.call("macos_screenshot", { profile: "native" });
      const picture = readPng(readFileSync(String(json["path"])));
      expect(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8].map((at) => pixel(picture, at, at).join(",")))).toEqual(new Set(["255,0,0", "0,0,255"]));
      expect((await none.call("macos_screenshot")).failed).toMatch(/^no_desktop: No desktop can be seen from here.*env_vars/);
      expect((await none.call("macos_doctor")).json).toMatchObject({ driver: "none", ok: false });
      expect((await wrong.call("macos_screenshot")).failed).toMatch(/^no_desktop: There is no X server at :54321\./);
      expect((await garbage.call("macos_windows")).failed).toMatch(/^no_desktop: DISPLAY is not the name of a display\./);
      expect((await unreadable.call("macos_screenshot")).failed).toBeUndefined();
    } finally {
      for (const each of [other, none, wrong, garbage, unreadable]) await each.end();
      await coarse.end();
    }
  });
});

function wallpaper(desk: Desk): string {
  const path = `${desk.folder}/wallpaper.xbm`;
  const bits = Array.from({ length: 32 }, (_, row) => `0x${((row * 37) & 255).toString(16)},0x0f,0x${((row * 91) & 255).toString(16)},0x33`);
  desk.run("tee", [path], `#define w_width 32\n#define w_height 32\nstatic char w_bits[] = {\n${bits.join(",")}};\n`);
  return path;
}

function pixel({ data, width }: Picture, left: number, top: number): number[] {
  return [...data.subarray((top * width + left) * 3, (top * width + left) * 3 + 3)];
}

/** The edges of what is orange, to a part of a pixel: along its middle row and column. */
function box(picture: Picture): { left: number; top: number; right: number; bottom: number } {
  const share = (value: number) => Math.max(0, Math.min(1, (value - 0x20) / (0xff - 0x20)));
  const rows = Array.from({ length: picture.height }, (_, y) => Array.from({ length: picture.width }, (_, x) => share(pixel(picture, x, y)[0] ?? 0)));
  const place = rows.flatMap((row, y) => row.map((value, x) => ({ x, y, value }))).filter(({ value }) => value > 0.99);
  const middle = place[Math.floor(place.length / 2)] ?? { x: 0, y: 0 };
  const across = rows[middle.y] ?? [];
  const down = rows.map((row) => row[middle.x] ?? 0);
  const [left, top] = [across, down].map((line) => line.findIndex((value) => value > 0.99));
  const sum = (line: number[]) => line.reduce((total, value) => total + value, 0);
  const before = (line: number[], from: number) => from - (line[from - 1] ?? 0);
  const [x, y] = [before(across, left ?? 0), before(down, top ?? 0)];
  return { left: x, top: y, right: x + sum(across), bottom: y + sum(down) };
}

/** The middle of what is orange near a place. */
function centre(picture: Picture, { x, y, reach }: { x: number; y: number; reach: number }): { x: number; y: number } {
  const sum = { x: 0, y: 0, weight: 0 };
  for (let top = Math.max(0, Math.floor(y - reach)); top < Math.min(picture.height, y + reach); top++) {
    for (let left = Math.max(0, Math.floor(x - reach)); left < Math.min(picture.width, x + reach); left++) {
      // From the ground's red to orange's.
      const weight = Math.max(0, (pixel(picture, left, top)[0] ?? 0) - 0x20);
      sum.x += (left + 0.5) * weight;
      sum.y += (top + 0.5) * weight;
      sum.weight += weight;
    }
  }
  if (sum.weight === 0) throw new Error(`There is no mark near ${x},${y}`);
  return { x: sum.x / sum.weight, y: sum.y / sum.weight };
}
