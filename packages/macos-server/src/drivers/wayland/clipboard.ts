import { failure } from "../../failure.ts";
import type { Clip } from "../driver.ts";
import type { Programs } from "../program.ts";

const maxBytes = 32_000_000;
const types = { text: "text/plain;charset=utf-8", picture: "image/png" } as const;

export async function readClipboard(tools: Programs, kind: Clip["kind"], signal: AbortSignal): Promise<Clip> {
  const { code, stdout } = await tools.run("wl-paste", { args: ["--no-newline", "--type", types[kind]], signal, outputBytes: maxBytes });
  if (code !== 0 || stdout.length === 0) throw failure("clipboard_empty", `The clipboard holds no ${kind}. Copy something first, or ask for ${kind === "text" ? "a picture" : "text"}.`);
  return kind === "text" ? { kind, text: stdout.toString("utf8") } : { kind, png: stdout };
}

/** wl-copy stays behind to serve what it was given, until somebody else copies. */
export async function writeClipboard(tools: Programs, clip: Clip, signal: AbortSignal): Promise<void> {
  const code = await tools.handOver("wl-copy", { args: ["--type", types[clip.kind]], input: clip.kind === "text" ? clip.text : clip.png, signal });
  if (code !== 0) throw failure("program_failed", `wl-copy ended with code ${code}; the clipboard is as it was. Is WAYLAND_DISPLAY set as in the desktop's own terminal? macos_doctor tells.`);
}
