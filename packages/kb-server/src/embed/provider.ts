import { readFileSync } from "node:fs";
import { join } from "node:path";
import { retry } from "@paios/shared/retry";
import { UserError } from "@paios/shared/errors";
import type { EmbeddingsConfig } from "../config.ts";
import { localRuntime } from "./local.ts";
import { postJson } from "./post-json.ts";

/** Turns texts into vectors of one length. Which texts are questions matters to some models. */
export interface Provider {
  /** What a space is bound to: another kind, address or model is another space. */
  kind: "openai" | "ollama" | "local";
  url: string;
  model: string;
  embed: (texts: readonly string[], purpose: "query" | "passage", signal: AbortSignal) => Promise<Float32Array[]>;
}

const ollamaUrl = "http://127.0.0.1:11434";
const lmStudioUrl = "http://127.0.0.1:1234/v1";
const probeTimeoutMs = 400;
const embeddingModel = /embed|bge|minilm|\be5\b|gte-/i;

/** The provider that the config names; with `auto`, one that is already there on loopback or installed; else none. */
export async function findProvider(config: EmbeddingsConfig, home: string): Promise<Provider | undefined> {
  const { provider, url, model } = config;
  if (provider === "none") return undefined;
  if (provider === "local") return localRuntime(config);
  if (provider === "openai" || provider === "ollama") {
    const base = url ?? (provider === "ollama" ? ollamaUrl : lmStudioUrl);
    if (!model) throw new UserError("config", `kb.embeddings.provider is "${provider}" in paios.json, but kb.embeddings.model is not set. Name the model.`);
    return httpProvider(provider, base, model, config, home);
  }
  const ollama = await firstModel(`${ollamaUrl}/api/tags`, "models", "name");
  if (ollama) return httpProvider("ollama", ollamaUrl, ollama, config, home);
  const openai = await firstModel(`${lmStudioUrl}/models`, "data", "id");
  if (openai) return httpProvider("openai", lmStudioUrl, openai, config, home);
  return localRuntime(config);
}

/** OpenAI's `POST /embeddings` (base64 or float answers), or Ollama's `POST /api/embed`. */
export function httpProvider(kind: "openai" | "ollama", url: string, model: string, config: EmbeddingsConfig, home: string): Provider {
  const base = url.replace(/\/+$/, "");
  return {
    kind,
    url: base,
    model,
    embed: (texts, purpose, signal) => {
      const input = texts.map((text) => (purpose === "query" ? config.queryPrefix : config.passagePrefix) + text);
      return retry(() => (kind === "openai" ? embedOpenai(input) : embedOllama(input)), {
        // A question is asked once more at once: a pooled connection may have been closed meanwhile.
        ...(purpose === "query" ? { retries: 1, firstDelayMs: 10 } : { retries: 4 }),
        signal,
      });

      async function embedOpenai(texts: string[]): Promise<Float32Array[]> {
        const answer = await postJson(`${base}/embeddings`, { model, input: texts, encoding_format: "base64" }, signal, authorization(config, home));
        const rows = arrayIn(answer, "data").map((row) => ({ index: Number(property(row, "index")), vector: toVector(property(row, "embedding")) }));
        return checked(rows.sort((a, b) => a.index - b.index).map(({ vector }) => vector), texts.length);
      }

      async function embedOllama(texts: string[]): Promise<Float32Array[]> {
        const answer = await postJson(`${base}/api/embed`, { model, input: texts, truncate: true }, signal, authorization(config, home));
        return checked(arrayIn(answer, "embeddings").map(toVector), texts.length);
      }
    },
  };
}

async function firstModel(url: string, list: string, name: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(probeTimeoutMs), redirect: "error" });
    const names = arrayIn(await response.json(), list).map((entry) => property(entry, name));
    return names.find((each): each is string => typeof each === "string" && embeddingModel.test(each));
  } catch {
    return undefined;
  }
}

function toVector(value: unknown): Float32Array {
  if (typeof value === "string") {
    const bytes = Uint8Array.from(Buffer.from(value, "base64"));
    return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4));
  }
  return Float32Array.from(Array.isArray(value) ? value.map(Number) : []);
}

/** Unit length, one per text, all of one dimension, all finite; else the provider is not to be trusted. */
function checked(vectors: Float32Array[], count: number): Float32Array[] {
  const dimension = vectors[0]?.length ?? 0;
  if (vectors.length !== count || dimension === 0) throw new Error("the embedding provider answered another number of vectors than it was asked for");
  for (const vector of vectors) {
    const length = Math.hypot(...vector);
    if (vector.length !== dimension || !Number.isFinite(length)) throw new Error("the embedding provider answered vectors that are not numbers of one dimension");
    if (length > 0) for (let i = 0; i < dimension; i++) vector[i] = (vector[i] ?? 0) / length;
  }
  return vectors;
}

function authorization({ profile }: EmbeddingsConfig, home: string): Record<string, string> {
  if (!profile) return {};
  const file = join(home, "auth-profiles.json");
  let profiles: unknown;
  try {
    profiles = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UserError("config", `${file} cannot be read or is not JSON; kb.embeddings.profile needs it.`, { cause: error });
  }
  const found = property(property(property(profiles, "profiles"), profile), "key");
  if (typeof found !== "string") throw new UserError("config", `${file} has no key in profile "${profile}", which kb.embeddings.profile names.`);
  return { authorization: `Bearer ${found}` };
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value ? (value as Record<string, unknown>)[name] : undefined;
}

function arrayIn(value: unknown, name: string): unknown[] {
  const list = property(value, name);
  return Array.isArray(list) ? list : [];
}
