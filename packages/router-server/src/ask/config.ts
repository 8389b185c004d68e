import * as z from "zod";
import { brainNames } from "@paios/brains/brain";

const name = z.enum(brainNames);
const dollars = z.number().min(0.01).optional();
const reviewer = (brain: z.infer<typeof name>) => z.strictObject({ brain: name.default(brain), model: z.string().min(1).max(200).optional() });

/** The section "brains" of paios.json, as far as it says who is asked in which order, and how much. */
export const askConfig = z.object({
  /** Who steps in for another, first come first. */
  order: z.array(name).min(1).default(["claude", "codex", "gemini", "local"]),
  /** Runs at once, over all processes. */
  limits: z.partialRecord(name, z.int().min(1).max(50)).default({}),
  cap: z.strictObject({ dayDollars: dollars, taskDollars: dollars }).prefault({}),
  review: z.strictObject({ quality: reviewer("codex").prefault({}), architecture: reviewer("claude").prefault({}) }).prefault({}),
});

export type AskConfig = z.infer<typeof askConfig>;
