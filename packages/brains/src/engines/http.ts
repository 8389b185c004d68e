import { recognise, recogniseThrown } from "../errors/recognise.ts";
import type { FailureFacts } from "../failure.ts";
import { parseObject, textLines } from "./lines.ts";

export interface Post {
  who: string;
  url: string;
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
  clock: () => number;
  /** Facts of every failure. */
  facts?: FailureFacts;
}

const maxErrorBytes = 1024 * 1024;

/** Posts JSON; a success is returned as it comes, everything else rejects with BrainFailure, or the signal's reason. */
export async function post({ who, url, headers, body, signal, clock, facts }: Post): Promise<Response> {
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body, signal, redirect: "error" }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw recogniseThrown(error, who, facts);
  });
  if (response.ok) return response;
  const text = await readText(response, maxErrorBytes).catch(() => "");
  signal.throwIfAborted();
  throw recognise({ who, now: clock(), status: response.status, retryAfter: response.headers.get("retry-after"), body: parse(text), facts });
}

/** The JSON objects of a stream of server-sent events. A cut stream rejects with BrainFailure("transient"). */
export async function* sentEvents(response: Response, { who, signal }: Pick<Post, "who" | "signal">): AsyncGenerator<Record<string, unknown>> {
  try {
    for await (const line of textLines(response.body ?? emptyStream())) {
      if (!line.startsWith("data:")) continue;
      const value = parseObject(line.slice(5).trim());
      if (value) yield value;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw recogniseThrown(error, who);
  }
}

/** The whole of an answer. A cut or an overlong one rejects with BrainFailure. */
export async function wholeJson(response: Response, { who, signal }: Pick<Post, "who" | "signal">, maxBytes: number): Promise<unknown> {
  const text = await readText(response, maxBytes).catch((error: unknown) => {
    signal.throwIfAborted();
    throw recogniseThrown(error, who);
  });
  return parse(text);
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const lines: string[] = [];
  for await (const line of textLines(response.body ?? emptyStream(), maxBytes)) lines.push(line);
  return lines.join("\n");
}

function emptyStream(): AsyncIterable<Uint8Array> {
  return (async function* nothing(): AsyncGenerator<Uint8Array> {})();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
