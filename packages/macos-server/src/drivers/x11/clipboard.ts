import { setTimeout as wait } from "node:timers/promises";
import { failure } from "../../failure.ts";
import type { Clip } from "../driver.ts";
import type { Programs } from "../program.ts";
import type { Connection } from "./connection.ts";
import { atomOf } from "./property.ts";

const maxBytes = 32_000_000;
const timeoutMs = 5_000;
const types = { text: "UTF8_STRING", picture: "image/png" } as const;

export async function readClipboard(tools: Programs, kind: Clip["kind"], signal: AbortSignal): Promise<Clip> {
  const { code, stdout } = await tools.run("xclip", { args: ["-selection", "clipboard", "-o", "-t", types[kind]], signal, outputBytes: maxBytes, timeoutMs });
  // 1 too when the clipboard holds something of another kind.
  if (code !== 0 || stdout.length === 0 || (kind === "picture" && !isPng(stdout))) throw failure("clipboard_empty", `The clipboard holds no ${kind}. Copy something first, or ask for ${kind === "text" ? "a picture" : "text"}.`);
  return kind === "text" ? { kind, text: stdout.toString("utf8") } : { kind, png: stdout };
}

/** Some programs hand over their text whatever they are asked for. */
function isPng(bytes: Buffer): boolean {
  return bytes.subarray(1, 4).toString("latin1") === "PNG";
}

/**
 * xclip stays behind to serve what it was given, until somebody else copies. It ends before the X server has heard of it:
 * who reads at once would still get what was there before.
 */
export async function writeClipboard(tools: Programs, connection: Connection, clip: Clip, signal: AbortSignal): Promise<void> {
  const before = await ownerOf(connection);
  const input = clip.kind === "text" ? clip.text : clip.png;
  const args = ["-selection", "clipboard", "-i", ...(clip.kind === "picture" ? ["-t", types.picture] : [])];
  const code = await tools.handOver("xclip", { args, input, signal });
  if (code !== 0) throw failure("program_failed", `xclip ended with code ${code}; the clipboard is as it was. Is DISPLAY set as in the desktop's own terminal? macos_doctor tells.`);
  for (let tries = 0; tries < 400; tries++) {
    const owner = await ownerOf(connection);
    if (owner !== before && owner !== 0) return;
    await wait(5, undefined, { signal });
  }
  throw failure("program_failed", "xclip did not take over the clipboard within 2 s. Is the desktop very busy? Try again.");
}

async function ownerOf(connection: Connection): Promise<number> {
  const clipboard = await atomOf(connection, "CLIPBOARD");
  return connection.ask<number>((client, reply) => client.GetSelectionOwner(clipboard, reply));
}
