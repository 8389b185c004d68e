import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { soak } from "@paios/shared/testing/soak";
import { entry, startDesk, startServer, until } from "../macos/rig.ts";

const calls = 5_000;
const warmUp = 2_000;
const maxSlope = 1_024;

/** 5,000 mixed calls on a real X11 desktop: none fails, memory grows by at most 1 KiB a call, no descriptor stays open. */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  const desk = await startDesk({ manager: true });
  try {
    const home = join(desk.folder, "home");
    mkdirSync(home);
    writeFileSync(join(home, "paios.json"), JSON.stringify({ macos: { screens: { megabytes: 5 } } }));
    desk.start("xterm", ["-geometry", "90x30+300+200", "-e", "ls -la /usr/bin | head -200; sleep 3600"]);
    const first = await startServer(desk.env);
    await until("the terminal", async () => (await first.call("macos_screenshot", { app: "xterm" })).failed === undefined);
    await first.end();
    const { failed, slopeBytesPerCall, descriptorsStart, descriptorsEnd, rssEnd, callsPerSecond } = await soak({ entry, env: { ...desk.env, PAIOS_HOME: home }, calls, warmUp, make });
    const slope = Math.round(slopeBytesPerCall);
    if (failed > 0) throw new Error(`${failed} calls failed`);
    if (slope > maxSlope) throw new Error(`The memory grows by ${slope} bytes a call`);
    if (descriptorsEnd > descriptorsStart) throw new Error(`${descriptorsEnd - descriptorsStart} descriptors were left open`);
    return { figures: { calls, slopeBytesPerCall: slope, rssEndMiB: Math.round(rssEnd / 2 ** 20), descriptors: descriptorsEnd, callsPerSecond } };
  } finally {
    await desk.end();
  }
}

function make(n: number): { name: string; arguments: Record<string, unknown> } {
  const kinds = [
    { name: "macos_windows", arguments: {} },
    { name: "macos_screenshot", arguments: { x: 250 + (n % 50), y: 150, width: 640, height: 480 } },
    { name: "macos_displays", arguments: {} },
    { name: "macos_apps", arguments: {} },
    { name: "macos_clipboard_write", arguments: { text: `text number ${n} `.repeat(50) } },
    { name: "macos_clipboard_read", arguments: {} },
    { name: "macos_screenshot", arguments: n % 5 === 0 ? {} : { display: 1, profile: "native" } },
    { name: "macos_windows", arguments: {} },
  ];
  return kinds[n % kinds.length] ?? { name: "macos_displays", arguments: {} };
}
