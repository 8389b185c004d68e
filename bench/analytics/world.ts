import { type Draw, openDraw } from "./draw.ts";
import { openTexts, type Texts } from "./text.ts";
import { openTruth, type TruthBook } from "./truth.ts";

/** What the writers of all three clients share. */
export interface World {
  root: string;
  draw: Draw;
  texts: Texts;
  truth: TruthBook;
  /** Folders people work in. */
  projects: string[];
  /** How many turns a session has, at most. */
  turns: number;
  bytes: number;
  files: number;
}

/** Writes one session, or a family of them. */
export type Case = (world: World) => void;

export function openWorld(root: string, seed: number): World {
  const draw = openDraw(seed);
  const names = ["shop", "site", "api", "notes", "robot", "garden-planner", "müller", "a.b", "tax_2026", "infra"];
  const projects = names.flatMap((name) => [`/home/ada/${name}`, `/home/ada/code/${name}`, `/srv/${name}/main`]);
  return { root, draw, texts: openTexts(draw), truth: openTruth(), projects, turns: 3, bytes: 0, files: 0 };
}

/** Tokens of a request as a client with a cache sees them; a few reach into the dearest price band. */
export function drawTokens({ between, chance, below }: Draw): { input: number; output: number; cacheRead: number; cache5m: number; cache1h: number; reasoning: number } {
  const output = between(3, 6_000);
  return {
    input: between(2, 4_000),
    output,
    cacheRead: chance(0.9) ? between(4_000, chance(0.05) ? 800_000 : 160_000) : 0,
    cache5m: chance(0.6) ? between(0, 9_000) : 0,
    cache1h: chance(0.3) ? between(0, 9_000) : 0,
    reasoning: chance(0.4) ? below(output) : 0,
  };
}
