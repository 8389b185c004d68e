import { UserError } from "@paios/shared/errors";
import type { EmbeddingsConfig } from "../config.ts";
import type { Provider } from "./provider.ts";

type Extractor = (texts: string[], options: { pooling: "mean"; normalize: boolean }) => Promise<{ dims: number[]; data: Float32Array }>;

interface Transformers {
  env: { allowRemoteModels: boolean };
  pipeline: (task: "feature-extraction", model: string) => Promise<Extractor>;
}

const runtimePackage = "@huggingface/transformers";

/**
 * A model that runs in this process, if the person installed @huggingface/transformers and has the weights: it is no
 * dependency of ours, and nothing is downloaded. With provider "auto" it counts only when a model is named.
 */
export async function localRuntime(config: EmbeddingsConfig): Promise<Provider | undefined> {
  const { model, provider } = config;
  if (!model) {
    if (provider === "local") throw new UserError("config", 'kb.embeddings.provider is "local" in paios.json, but kb.embeddings.model is not set. Name the folder or id of a model you have.');
    return undefined;
  }
  let transformers: Transformers;
  try {
    transformers = (await import(runtimePackage)) as Transformers;
  } catch (error) {
    if (provider !== "local") return undefined;
    throw new UserError("config", `kb.embeddings.provider is "local", but ${runtimePackage} is not installed beside this server. Install it, or use Ollama.`, { cause: error });
  }
  transformers.env.allowRemoteModels = false;
  let extractor: Promise<Extractor> | undefined;
  return {
    kind: "local",
    url: runtimePackage,
    model,
    embed: async (texts, purpose) => {
      extractor ??= transformers.pipeline("feature-extraction", model);
      const prefix = purpose === "query" ? config.queryPrefix : config.passagePrefix;
      const run = await extractor;
      const { dims, data } = await run(
        texts.map((text) => prefix + text),
        { pooling: "mean", normalize: true },
      );
      const dimension = dims.at(-1) ?? 0;
      return texts.map((_, at) => data.slice(at * dimension, (at + 1) * dimension));
    },
  };
}
