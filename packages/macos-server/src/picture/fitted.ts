import { type Pixels, release } from "./pixels.ts";
import { type Fit, fit, inlineBytes, type Profile, smaller } from "./fit.ts";
import { encodePng } from "./png.ts";
import { shrink } from "./resize.ts";

/** A PNG as a model takes it, and what was done to the picture for it. */
export interface Fitted extends Fit {
  png: Buffer;
}

export function fitted(pixels: Pixels, profile: Profile): Fitted {
  let size = fit(pixels.width, pixels.height, profile);
  for (;;) {
    const shown = size.scale === 1 ? pixels : shrink(pixels, size);
    const png = encodePng(shown);
    if (shown !== pixels) release(shown.data);
    if (profile === "native" || png.length <= inlineBytes) return { ...size, png };
    size = smaller(pixels, size);
  }
}
