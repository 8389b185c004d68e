import * as z from "zod";
import { captureConfig } from "./capture/config.ts";

const embeddings = z.strictObject({
  /** `auto` takes what answers on loopback and already has an embedding model; `none` keeps to words. */
  provider: z.enum(["auto", "openai", "ollama", "local", "none"]).default("auto"),
  /** Base address: for `openai` up to and with `/v1`, for `ollama` its root. */
  url: z.url({ protocol: /^https?$/ }).optional(),
  model: z.string().min(1).optional(),
  /** The profile in auth-profiles.json whose key is sent. */
  profile: z.string().optional(),
  /** What the model wants before a question and before a passage. */
  queryPrefix: z.string().default(""),
  passagePrefix: z.string().default(""),
  /** The share of the vectors in the blend; calibrated for the model when left out. */
  weight: z.number().min(0).max(1).optional(),
  queryTimeoutMs: z.int().min(50).default(2_000),
});

/** The section "kb" of paios.json. */
export const kbConfig = z.strictObject({
  embeddings: embeddings.prefault({}),
  capture: captureConfig.prefault({}),
  /** Days until what was forgotten is gone for good. */
  purgeAfterDays: z.int().min(0).default(30),
});

export type KbConfig = z.infer<typeof kbConfig>;
export type EmbeddingsConfig = KbConfig["embeddings"];
