import type { Brain, BrainRequest, BrainResult, Usage } from "../brain.ts";
import { recognise } from "../errors/recognise.ts";
import { BrainFailure } from "../failure.ts";
import { handOver } from "./attachments.ts";
import { hostOf } from "./claude.ts";
import { fingerprint, profileKey } from "./credential.ts";
import type { Environment } from "./environment.ts";
import { post, sentEvents } from "./http.ts";
import { numberAt, objectAt, objectsAt, textAt } from "./lines.ts";

export interface GeminiSettings {
  url: string;
  model: string;
  profile?: string | undefined;
}

/** Together with the text a request may have 20 MB, counted as base64. */
const maxInlineBytes = 15 * 1024 * 1024;
const officialHost = "generativelanguage.googleapis.com";

/** Google's models by their REST interface. Its official library is 13 MB and adds nothing that is needed here. */
export function geminiBrain(settings: GeminiSettings, environment: Environment, home: string, clock: () => number = Date.now): Brain {
  const key = () => keyOf(settings, environment, home);
  return {
    name: "gemini",
    provider: hostOf(settings.url) === officialHost ? "google" : hostOf(settings.url),
    credential: () => {
      const found = key();
      return found.value === undefined ? found.name : fingerprint(found.name, found.value);
    },
    pool: (model) => model ?? settings.model,
    abilities: { attachments: ["text/", "image/", "application/pdf", "audio/", "video/"], folder: false },
    available: async () => (key().value === undefined ? { ok: false, reason: "No key is stored. Store one: ai auth add gemini, and name it in brains.gemini.profile of paios.json." } : { ok: true }),
    run: (request) => ask(settings, key().value, clock, request),
  };
}

async function ask({ url, model: usual }: GeminiSettings, key: string | undefined, clock: () => number, request: BrainRequest): Promise<BrainResult> {
  if (key === undefined) throw new BrainFailure("unavailable", "Gemini has no key. Store one: ai auth add gemini, and name it in brains.gemini.profile of paios.json.");
  const model = request.model ?? usual;
  const { text: task, binary } = await handOver(request.task, request.attachments, maxInlineBytes);
  const files = binary.map(({ attachment, data }) => ({ inline_data: { mime_type: attachment.mimeType, data: data.toString("base64") } }));
  const call = { who: "Gemini", signal: request.signal };
  const response = await post({
    ...call,
    url: `${url}/v1beta/models/${encodeURIComponent(model)}:streamGenerateContent?alt=sse`,
    headers: { "x-goog-api-key": key },
    body: JSON.stringify({ contents: [{ role: "user", parts: [...files, { text: task }] }] }),
    clock,
  });
  let text = "";
  let answering = model;
  let reason = "";
  let usage: Usage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0 };
  for await (const event of sentEvents(response, call)) {
    if (event["error"] !== undefined) throw recognise({ who: call.who, now: clock(), body: event });
    answering = textAt(event, "modelVersion") || answering;
    const [candidate] = objectsAt(event, "candidates");
    // A thinking model sends its thoughts as parts too.
    const said = objectsAt(objectAt(candidate, "content"), "parts").filter((part) => part["thought"] !== true).map((part) => textAt(part, "text")).join("");
    text += said;
    if (said !== "") request.onEvent({ kind: "text", text: said });
    reason = textAt(candidate, "finishReason") || textAt(objectAt(event, "promptFeedback"), "blockReason") || reason;
    if (event["usageMetadata"] !== undefined) usage = usageOf(objectAt(event, "usageMetadata"));
  }
  if (reason === "") throw new BrainFailure("transient", "Gemini stopped in the middle of its answer. Try again.");
  if (text === "" && reason !== "STOP") throw new BrainFailure("request", "Gemini would not answer this task. Put it in other words, or choose another brain.", {}, { cause: new Error(reason.slice(0, 100)) });
  request.onEvent({ kind: "usage", usage });
  return { text, model: answering, way: "http", usage };
}

function keyOf({ profile }: GeminiSettings, environment: Environment, home: string): { name: string; value: string | undefined } {
  if (profile !== undefined) {
    try {
      return { name: profile, value: profileKey(home, profile) };
    } catch {
      return { name: profile, value: undefined };
    }
  }
  const name = ["GEMINI_API_KEY", "GOOGLE_API_KEY"].find((each) => environment[each]) ?? "none";
  return { name, value: environment[name] || undefined };
}

/** Thoughts are billed as output. */
function usageOf(usage: Record<string, unknown>): Usage {
  return { inputTokens: numberAt(usage, "promptTokenCount"), outputTokens: numberAt(usage, "candidatesTokenCount") + numberAt(usage, "thoughtsTokenCount"), cachedTokens: numberAt(usage, "cachedContentTokenCount") };
}
