import type { Database } from "@paios/shared/sqlite";
import type { EmbeddingsConfig } from "../config.ts";
import { findProvider, httpProvider, type Provider } from "./provider.ts";
import { activeSpace, waiting } from "./spaces.ts";
import type { Space } from "./vectors.ts";
import { embedWaiting } from "./work.ts";

const restAfterFailureMs = 30_000;
const rememberedQuestions = 128;
const startDelayMs = 250;

/** A question's vector and the space it belongs to, or why there is none. */
export type QueryVector = { space: Space; vector: Float32Array } | { reason: string };

/**
 * The embedding side of an open knowledge base: vectors for questions at once, vectors for passages in the background.
 * A provider that fails rests for 30 s, and questions are answered by words meanwhile.
 */
export class Embeddings {
  readonly #database: Database;
  readonly #config: EmbeddingsConfig;
  readonly #home: string;
  readonly #questions = new Map<string, Float32Array>();
  readonly #stop = new AbortController();
  #provider: Promise<Provider | undefined> | undefined;
  #restUntil = 0;
  #failure = "";
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database, config: EmbeddingsConfig, home: string) {
    this.#database = database;
    this.#config = config;
    this.#home = home;
  }

  async question(text: string, signal: AbortSignal): Promise<QueryVector> {
    if (this.#config.provider === "none") return { reason: "embeddings are off (kb.embeddings.provider is none)" };
    const space = activeSpace(this.#database);
    if (!space) {
      this.start();
      return { reason: waiting(this.#database) > 0 ? "vectors are still being made" : "no embedding provider is active" };
    }
    const key = `${space.id}:${text}`;
    const known = this.#questions.get(key);
    if (known) return { space, vector: known };
    if (Date.now() < this.#restUntil) return { reason: this.#failure };
    // Not AbortSignal.timeout: that one lives on for the whole limit after its question.
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new Error("the time limit of a question's vector")), this.#config.queryTimeoutMs);
    try {
      const provider = await this.#providerOf(space);
      const [vector] = (await provider?.embed([text], "query", AbortSignal.any([signal, limit.signal]))) ?? [];
      if (!vector) return { reason: "the embedding provider of the active vectors is gone" };
      if (vector.length !== space.dimension) {
        this.start();
        return { reason: "the embedding model changed its dimension; new vectors are being made" };
      }
      if (this.#questions.size >= rememberedQuestions) this.#questions.clear();
      this.#questions.set(key, vector);
      return { space, vector };
    } catch {
      signal.throwIfAborted();
      this.#rest();
      return { reason: this.#failure };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Looks for waiting passages soon, in the background. Cheap to call after every write. */
  start(): void {
    if (this.#config.provider === "none" || this.#running || this.#timer || this.#stop.signal.aborted) return;
    const delay = Math.max(startDelayMs, this.#restUntil - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.run().then(
        () => {},
        () => this.#rest(),
      );
      void this.#running.finally(() => (this.#running = undefined));
    }, delay).unref();
  }

  /** Makes all vectors that wait, now. Resolves to "none" without a provider, "busy" while another process does it. */
  async run(progress?: (done: number, total: number) => void): Promise<"done" | "busy" | "none"> {
    const provider = await this.provider();
    if (!provider) return "none";
    return embedWaiting(this.#database, {
      provider,
      weight: this.#config.weight,
      signal: this.#stop.signal,
      now: Date.now,
      ...(progress && { progress }),
    });
  }

  async provider(): Promise<Provider | undefined> {
    this.#provider ??= findProvider(this.#config, this.#home);
    try {
      const found = await this.#provider;
      // What is not there yet may be started later.
      if (!found) this.#provider = undefined;
      return found;
    } catch (error) {
      this.#provider = undefined;
      throw error;
    }
  }

  /** Why questions are answered by words only, when that is for now. */
  get failure(): string | undefined {
    return Date.now() < this.#restUntil ? this.#failure : undefined;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stop.abort(new Error("closing"));
    await this.#running;
  }

  async #providerOf(space: Space): Promise<Provider | undefined> {
    if (space.provider === "openai" || space.provider === "ollama") return httpProvider(space.provider, space.url, space.model, this.#config, this.#home);
    return this.provider();
  }

  #rest(): void {
    this.#restUntil = Date.now() + restAfterFailureMs;
    this.#failure = "the embedding provider does not answer; it is tried again within 30 s";
  }
}
