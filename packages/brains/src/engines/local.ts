import type { Brain, BrainRequest, BrainResult, Usage } from "../brain.ts";
import { recognise } from "../errors/recognise.ts";
import { BrainFailure } from "../failure.ts";
import { handOver } from "./attachments.ts";
import { hostOf } from "./claude.ts";
import { fingerprint, profileKey } from "./credential.ts";
import { post, sentEvents } from "./http.ts";
import { numberAt, objectAt, objectsAt, textAt } from "./lines.ts";

export interface LocalSettings {
  /** Up to and with `/v1`. */
  url?: string | undefined;
  model?: string | undefined;
  profile?: string | undefined;
}

const maxPictureBytes = 15 * 1024 * 1024;
const reachMs = 1_500;

/** Whatever speaks OpenAI's chat completions: llama.cpp, Ollama, or another. */
export function localBrain(settings: LocalSettings, home: string, clock: () => number = Date.now): Brain {
  const { url, profile } = settings;
  const host = url === undefined ? "local" : hostOf(url);
  return {
    name: "local",
    provider: host,
    credential: () => nameOfKey(home, profile),
    pool: (model) => model ?? settings.model ?? "default",
    abilities: { attachments: ["text/", "image/"], folder: false },
    available: async () => {
      if (url === undefined) return { ok: false, reason: "No address is set. Set brains.local.url in paios.json, such as http://127.0.0.1:11434/v1 for Ollama." };
      const answered = await fetch(`${url}/models`, { headers: authorization(home, profile), signal: AbortSignal.timeout(reachMs), redirect: "error" }).then(({ ok }) => ok, () => false);
      return answered ? { ok: true } : { ok: false, reason: `Nothing answers at ${host}. Start the model's server, or correct brains.local.url in paios.json.` };
    },
    run: (request) => ask(settings, home, clock, request),
  };
}

async function ask(settings: LocalSettings, home: string, clock: () => number, request: BrainRequest): Promise<BrainResult> {
  const { url, profile } = settings;
  if (url === undefined) throw new BrainFailure("unavailable", "The local brain has no address. Set brains.local.url in paios.json.");
  const model = request.model ?? settings.model ?? (await firstModel(url, home, profile, request.signal));
  const body = { model, messages: [{ role: "user", content: await contentOf(request) }], stream: true, stream_options: { include_usage: true } };
  const call = { who: "The local brain", signal: request.signal };
  const response = await post({ ...call, url: `${url}/chat/completions`, headers: authorization(home, profile), body: JSON.stringify(body), clock });
  let text = "";
  let answering = model;
  let ended = false;
  let usage: Usage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0 };
  for await (const event of sentEvents(response, call)) {
    if (event["error"] !== undefined) throw recognise({ who: call.who, now: clock(), body: event });
    answering = textAt(event, "model") || answering;
    const [choice] = objectsAt(event, "choices");
    const part = textAt(objectAt(choice, "delta"), "content");
    text += part;
    if (part !== "") request.onEvent({ kind: "text", text: part });
    ended ||= textAt(choice, "finish_reason") !== "";
    if (objectAt(event, "usage")["prompt_tokens"] !== undefined) usage = usageOf(objectAt(event, "usage"));
  }
  if (!ended) throw new BrainFailure("transient", "The local brain stopped in the middle of its answer. Try again.");
  request.onEvent({ kind: "usage", usage });
  return { text, model: answering, way: "http", usage };
}

async function contentOf({ task, attachments }: BrainRequest): Promise<string | object[]> {
  const { text, binary } = await handOver(task, attachments, maxPictureBytes);
  if (binary.length === 0) return text;
  const pictures = binary.map(({ attachment, data }) => ({ type: "image_url", image_url: { url: `data:${attachment.mimeType};base64,${data.toString("base64")}` } }));
  return [{ type: "text", text }, ...pictures];
}

/** Ollama wants a model's name; what it has first is taken where none is set. */
async function firstModel(url: string, home: string, profile: string | undefined, signal: AbortSignal): Promise<string> {
  const answer: unknown = await fetch(`${url}/models`, { headers: authorization(home, profile), signal: AbortSignal.any([signal, AbortSignal.timeout(reachMs)]), redirect: "error" }).then((response) => response.json(), () => undefined);
  return textAt(objectsAt(answer, "data")[0], "id") || "default";
}

function authorization(home: string, profile: string | undefined): Record<string, string> {
  const key = profileKey(home, profile);
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

export function nameOfKey(home: string, profile: string | undefined): string {
  if (profile === undefined) return "none";
  try {
    return fingerprint(profile, profileKey(home, profile) ?? "");
  } catch {
    return profile;
  }
}

function usageOf(usage: Record<string, unknown>): Usage {
  return { inputTokens: numberAt(usage, "prompt_tokens"), outputTokens: numberAt(usage, "completion_tokens"), cachedTokens: numberAt(objectAt(usage, "prompt_tokens_details"), "cached_tokens") };
}
