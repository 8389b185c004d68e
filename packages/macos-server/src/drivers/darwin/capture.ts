import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCode } from "@paios/shared/errors";
import { failure } from "../../failure.ts";
import { compose } from "../../picture/compose.ts";
import { decodePicture } from "../../picture/decode.ts";
import { intersection, type Rectangle } from "../../picture/pixels.ts";
import type { Capture, ToCapture } from "../driver.ts";
import type { Programs } from "../program.ts";

/** Where the permission is given, and to whom: the program that started us, not us. */
export const recordingFix = "System Settings → Privacy & Security → Screen & System Audio Recording: allow the program that runs the CLI (Terminal, iTerm, your editor), then quit and start it again";

const timeoutMs = 15_000;

/** Each display by itself: they may differ in how fine they are. A window by its id, without its shadow. */
export async function capture(tools: Programs, { area, window, displays }: ToCapture, signal: AbortSignal): Promise<Capture> {
  if (window) return shot(tools, { args: [`-l${window.id}`, "-o"], area }, signal);
  const parts: Capture[] = [];
  for (const display of displays) {
    const part = intersection(area, display);
    if (part) parts.push(await shot(tools, { args: ["-R", `${part.x},${part.y},${part.width},${part.height}`], area: part }, signal));
  }
  const [only] = parts;
  return parts.length === 1 && only ? only : compose(parts, area);
}

async function shot(tools: Programs, { args, area }: { args: string[]; area: Rectangle }, signal: AbortSignal): Promise<Capture> {
  const folder = mkdtempSync(join(tmpdir(), "paios-shot-"));
  try {
    const path = join(folder, "shot.png");
    const { code, stderr } = await tools.run("screencapture", { args: ["-x", "-t", "png", ...args, path], signal, timeoutMs });
    if (code !== 0 || /could not create image/i.test(stderr)) throw denied();
    const pixels = decodePicture(readFileSync(path));
    return { pixels, area, density: pixels.width / area.width };
  } catch (error) {
    // It may end well and make no file.
    if (errorCode(error) === "ENOENT") throw denied();
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function denied() {
  return failure("denied", `macOS gave no picture. ${recordingFix}.`);
}
