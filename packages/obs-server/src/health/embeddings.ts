import { readConfig } from "@paios/shared/config";
import * as z from "zod";
import type { Obs } from "../obs.ts";
import { profileKey } from "../outbox/profile-key.ts";
import type { Check, Outcome } from "./check.ts";

/** What of the section "kb" of paios.json says where vectors come from. */
const knowledge = z.looseObject({
  embeddings: z
    .looseObject({ provider: z.string().default("auto"), url: z.url({ protocol: /^https?$/ }).optional(), model: z.string().optional(), profile: z.string().optional() })
    .prefault({}),
});

type Embeddings = z.infer<typeof knowledge>["embeddings"];

/** The embeddings endpoint, where one is configured: it must make a vector. */
export function embeddingsChecks({ home }: Obs): Check[] {
  const { embeddings } = readConfig(home, "kb", knowledge).value;
  const { url, model, provider } = embeddings;
  if (!url || !model || (provider !== "openai" && provider !== "ollama")) return [];
  return [{ name: "embeddings", kind: "api", everyMs: 300_000, timeoutMs: 10_000, probe: (_context, signal) => probe(home, url.replace(/\/+$/, ""), embeddings, signal) }];
}

async function probe(home: string, base: string, { provider, model, profile }: Embeddings, signal: AbortSignal): Promise<Outcome> {
  const key = profile && profileKey(home, profile);
  const [path, field] = provider === "openai" ? ["/embeddings", "data"] : ["/api/embed", "embeddings"];
  let answer: Response;
  try {
    answer = await fetch(base + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify({ model, input: ["ok"] }),
      signal,
      redirect: "error",
    });
  } catch (error) {
    if (signal.aborted) throw error;
    return { status: "fail", detail: "The endpoint that kb.embeddings names does not answer. Search goes on by words." };
  }
  if (!answer.ok) {
    await answer.body?.cancel();
    return { status: "fail", detail: `The endpoint that kb.embeddings names answers HTTP ${answer.status}. Search goes on by words.` };
  }
  const dimension = dimensionOf(await answer.json().catch(() => undefined), field ?? "");
  if (dimension === 0) return { status: "fail", detail: "The endpoint that kb.embeddings names answers, but not with a vector. Search goes on by words." };
  return { status: "ok", detail: `It made a vector of ${dimension} numbers.` };
}

function dimensionOf(value: unknown, field: string): number {
  const list = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[field] : undefined;
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  const vector: unknown = typeof first === "object" && first !== null && "embedding" in first ? first.embedding : first;
  return Array.isArray(vector) && vector.every((each) => Number.isFinite(each)) ? vector.length : 0;
}
