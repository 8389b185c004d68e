import { release } from "node:os";
import type { MacosConfig } from "../config.ts";
import type { Driver, DriverName } from "./driver.ts";
import type { Environment } from "./program.ts";

/** The driver for this desktop. Each is loaded only where it is used. */
export async function probe(environment: Environment, wanted: MacosConfig["driver"]): Promise<Driver> {
  const name = wanted === "auto" ? desktopOf(environment, { platform: process.platform, release: release() }) : wanted;
  return drivers[name](environment);
}

const drivers: Record<DriverName, (environment: Environment) => Promise<Driver>> = {
  darwin: async (environment) => (await import("./darwin/driver.ts")).darwinDriver(environment),
  wsl: async (environment) => (await import("./wsl/driver.ts")).wslDriver(environment),
  wayland: async (environment) => (await import("./wayland/driver.ts")).waylandDriver(environment),
  x11: async (environment) => (await import("./x11/driver.ts")).x11Driver(environment),
  none: async (environment) => (await import("./none.ts")).noDesktop(environment),
};

/** Windows' own desktop wins inside WSL; an X server beside Wayland (XWayland) shows next to nothing. */
export function desktopOf(environment: Environment, { platform, release }: { platform: string; release: string }): DriverName {
  if (platform === "darwin") return "darwin";
  if (platform !== "linux") return "none";
  if (release.toLowerCase().includes("microsoft")) return "wsl";
  if (environment["WAYLAND_DISPLAY"]) return "wayland";
  return environment["DISPLAY"] ? "x11" : "none";
}
