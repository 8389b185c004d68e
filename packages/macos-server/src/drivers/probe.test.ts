import { expect, it } from "vitest";
import { desktopOf } from "./probe.ts";

const debian = { platform: "linux", release: "6.1.0-18-amd64" };

it("finds the desktop: Windows' own inside WSL, Wayland before the X11 beside it, none without a display", () => {
  expect(desktopOf({ DISPLAY: ":0" }, debian)).toBe("x11");
  expect(desktopOf({ DISPLAY: ":0", WAYLAND_DISPLAY: "wayland-1" }, debian)).toBe("wayland");
  expect(desktopOf({ DISPLAY: ":0", WAYLAND_DISPLAY: "wayland-0" }, { platform: "linux", release: "5.15.90.1-microsoft-standard-WSL2" })).toBe("wsl");
  expect(desktopOf({ DISPLAY: ":0" }, { platform: "darwin", release: "25.0.0" })).toBe("darwin");
  expect(desktopOf({ DISPLAY: "" }, debian)).toBe("none");
  expect(desktopOf({ DISPLAY: ":0" }, { platform: "freebsd", release: "14" })).toBe("none");
});
