/** Models look at patches of this many pixels a side, and a patch is a token. */
const patch = 28;

/** What a family of models takes without rescaling it once more. */
const limits = {
  "claude-standard": { edge: 1_568, tokens: 1_568 },
  "claude-hires": { edge: 2_576, tokens: 4_784 },
} as const;

/** Beyond it a request with many pictures is refused, whatever the model: no picture that is handed over is larger. */
const inlineEdge = 2_000;
/** 5 MB in base64. */
export const inlineBytes = 3_700_000;

export const profiles = ["claude-standard", "claude-hires", "native"] as const;
export type Profile = (typeof profiles)[number];

export interface Fit {
  width: number;
  height: number;
  /** Pixels of the result for one of the source, the same both ways. */
  scale: number;
  tokens: number;
}

/** The size at which a picture reaches the model as it is; never larger than it was. `native` is the size it has. */
export function fit(width: number, height: number, profile: Profile): Fit {
  if (profile === "native") return { width, height, scale: 1, tokens: tokensOf(width, height) };
  const { edge, tokens } = limits[profile];
  const long = Math.max(width, height);
  let wanted = Math.min(long, edge, inlineEdge);
  let sized = sizedBy(width, height, wanted);
  // By half a percent: what is a hair too large is rescaled by everyone on the way.
  for (; sized.tokens > tokens; wanted *= 0.995) sized = sizedBy(width, height, Math.floor(wanted));
  return sized;
}

/** Smaller still, for pictures that do not compress. */
export function smaller({ width, height }: { width: number; height: number }, current: Fit): Fit {
  return sizedBy(width, height, Math.max(1, Math.floor(Math.max(current.width, current.height) * 0.85)));
}

function sizedBy(width: number, height: number, wanted: number): Fit {
  const scale = wanted / Math.max(width, height);
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  return { ...size, scale, tokens: tokensOf(size.width, size.height) };
}

function tokensOf(width: number, height: number): number {
  return Math.ceil(width / patch) * Math.ceil(height / patch);
}
