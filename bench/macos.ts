import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { heapFlags } from "@paios/shared/testing/stdio";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { entry, startDesk } from "../tests/macos/rig.ts";
import { type Client, launch } from "./client.ts";
import { interleaved, quantile, timed } from "./measure.ts";
import { type BenchResult, row } from "./result.ts";

const root = new URL("..", import.meta.url).pathname;
const rounds = 60;

/** What a look at a real X11 desktop costs, from the request over stdio to the whole answer. */
export async function bench(): Promise<BenchResult> {
  using home = temporaryFolder();
  const desk = await startDesk({ manager: true });
  for (let at = 0; at < 6; at++) desk.start("xterm", ["-fa", "DejaVu Sans Mono", "-geometry", `70x20+${at * 180}+${at * 110}`, "-e", "ls -la /usr/bin /usr/lib | head -400; sleep 600"]);
  const server = launch({ args: [...heapFlags, entry], env: { ...desk.env, PAIOS_HOME: home.path } });
  const bare = launch({ args: [join(root, "bench/bare-server.mjs")] });
  try {
    for (const client of [server, bare]) await client.request("initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "bench", version: "1" } });
    await windowsUp(server, 6);
    const first = await timed(() => server.call("macos_displays", {}));
    const times = await interleaved(rounds, {
      full: () => timed(() => server.call("macos_screenshot", {})),
      hires: () => timed(() => server.call("macos_screenshot", { profile: "claude-hires" })),
      region: () => timed(() => server.call("macos_screenshot", { x: 300, y: 200, width: 800, height: 600 })),
      window: () => timed(() => server.call("macos_screenshot", { app: "xterm" })),
      windows: () => timed(() => server.call("macos_windows", {})),
      clipboard: () => timed(() => server.call("macos_clipboard_write", { text: "bench" })),
      bare: () => timed(() => bare.call("echo", { task: "bench" })),
    });
    const floor = { name: "bare server", value: quantile(times.bare, 0.5) };
    const p50 = (values: number[]) => quantile(values, 0.5);
    return {
      name: "macos",
      rows: [
        row("region of 800×600, p50", { unit: "ms", ours: p50(times.region), target: { atMost: 30 } }),
        row("full screen of 1920×1080, p50", { unit: "ms", ours: p50(times.full), target: { atMost: 80 } }),
        row("full screen, p95", { unit: "ms", ours: quantile(times.full, 0.95) }),
        row("full screen for large models, p50", { unit: "ms", ours: p50(times.hires) }),
        row("window by app, p50", { unit: "ms", ours: p50(times.window) }),
        row("list of 6 windows, p50", { unit: "ms", ours: p50(times.windows), against: floor, target: { atMost: 10 } }),
        row("clipboard written, p50", { unit: "ms", ours: p50(times.clipboard) }),
        row("displays, after the first call", { unit: "ms", ours: first }),
      ],
      notes: ["Xvfb 1920×1080 with openbox and six terminals full of text; from the request over stdio to the whole answer, picture checked, fitted, kept and recorded."],
    };
  } finally {
    await Promise.all([server.end(), bare.end()]);
    await desk.end();
  }
}

async function windowsUp(server: Client, wanted: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const { structuredContent } = (await server.call("macos_windows", {})) as { structuredContent?: { total: number } };
    if (structuredContent?.total === wanted) return wait(1_000);
    await wait(50);
  }
  throw new Error("The terminals did not come up");
}
