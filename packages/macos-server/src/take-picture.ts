import { intersection, release } from "./picture/pixels.ts";
import { type Fitted, fitted } from "./picture/fitted.ts";
import type { Profile } from "./picture/fit.ts";
import type { Desktop } from "./desktop.ts";
import type { Request, Wanted } from "./area.ts";
import { look } from "./look.ts";
import { keep, type Kept } from "./store/keep.ts";

export interface Origin {
  signal: AbortSignal;
  now: number;
  client: string;
  traceId: string;
}

/** What is told of a picture. A pixel's place on the desktop is origin + pixel / scale, the same both ways. */
export interface PictureFacts extends Kept {
  width: number;
  height: number;
  scale: number;
  origin: { x: number; y: number };
  /** The display's id, or "all" for a picture of several. */
  display: number | "all";
  /** For which models it was made, from what size, and how many tokens it takes. */
  fit: { profile: Profile; from: { width: number; height: number }; tokens: number };
  window?: number;
  notes?: string[];
}

/** Takes a picture of the desktop, fits it to the profile, and keeps and records it in the home. */
export async function takePicture(desktop: Desktop, { profile, ...request }: Request & { profile: Profile }, { signal, now, client, traceId }: Origin): Promise<{ fitted: Fitted; facts: PictureFacts }> {
  const { pixels, area, density, wanted, notes } = await look(desktop, request, signal);
  const from = { width: pixels.width, height: pixels.height };
  const picture = fitted(pixels, profile);
  release(pixels.data);
  signal.throwIfAborted();
  const display = displayOf(wanted);
  const { path, sha256 } = keep(desktop, { kind: "screen", what: wanted.target, extension: "png", bytes: picture.png, client, traceId }, now);
  const { width, height, scale, tokens } = picture;
  const facts = {
    path,
    width,
    height,
    scale: scale * density,
    origin: { x: area.x, y: area.y },
    display,
    fit: { profile, from, tokens },
    sha256,
    ...(wanted.window && { window: wanted.window.id }),
    ...(notes.length > 0 && { notes }),
  };
  return { fitted: picture, facts };
}

function displayOf({ area, displays }: Wanted): number | "all" {
  const touched = displays.filter((each) => intersection(each, area));
  return touched.length === 1 ? (touched[0]?.id ?? "all") : "all";
}
