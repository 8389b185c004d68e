import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { randomFrom } from "./corpus.ts";

export interface FakeEmbeddingsOptions {
  dimension: number;
  /** A free one when left out. */
  port?: number;
  /** Every answer waits this long. */
  delayMs?: number;
  /** Every n-th request is answered with status 500. */
  failEvery?: number;
}

export interface FakeEmbeddings {
  /** What belongs into `kb.embeddings.url`: ends with /v1. */
  url: string;
  /** How many requests came, the failed ones too. */
  requests: () => number;
  close: () => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
}

/**
 * An OpenAI-compatible embeddings endpoint on loopback (`POST /v1/embeddings`, float or base64; `GET /v1/models`). The
 * vector of a text is the normalised sum of its distinct words' vectors, so texts that share words are near each other; a
 * word's vector is drawn from the normal distribution, seeded by the word.
 */
export async function startFakeEmbeddings({ dimension, port = 0, delayMs = 0, failEvery = 0 }: FakeEmbeddingsOptions): Promise<FakeEmbeddings> {
  let count = 0;
  const embed = embedder(dimension);

  const server = createServer((request, response) => {
    count++;
    const failing = failEvery > 0 && count % failEvery === 0;
    // A timer of 0 ms takes one.
    void readBody(request).then((body) => (delayMs > 0 ? setTimeout(answer, delayMs, request, response, body, failing) : answer(request, response, body, failing)));
  });

  function answer({ url }: IncomingMessage, response: ServerResponse, body: string, failing: boolean): void {
    if (failing) return reply(response, 500, { error: { message: "failing as asked" } });
    if (url === "/v1/models") return reply(response, 200, { data: [{ id: "fake-embed", object: "model" }] });
    if (url !== "/v1/embeddings") return reply(response, 404, { error: { message: "not found" } });
    const { input, model, encoding_format: format } = JSON.parse(body) as { input: string | string[]; model: string; encoding_format?: string };
    const data = [input].flat().map((text, index) => {
      const vector = embed(text);
      return { object: "embedding", index, embedding: format === "base64" ? Buffer.from(vector.buffer).toString("base64") : Array.from(vector) };
    });
    reply(response, 200, { object: "list", model, data });
  }

  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests: () => count, close, [Symbol.asyncDispose]: close };
}

/** Texts to unit vectors, as the endpoint does it. */
export function embedder(dimension: number): (text: string) => Float32Array {
  const known = new Map<string, Float32Array>();
  return (text) => {
    const sum = new Float32Array(dimension);
    for (const word of new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [""])) {
      let vector = known.get(word);
      if (!vector) known.set(word, (vector = wordVector(word, dimension)));
      for (let i = 0; i < dimension; i++) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0);
    }
    const length = Math.hypot(...sum);
    return sum.map((value) => value / length);
  };
}

function wordVector(word: string, dimension: number): Float32Array {
  const random = randomFrom(hash(word));
  return Float32Array.from({ length: dimension }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

/** FNV-1a. */
function hash(word: string): number {
  let value = 0x811c_9dc5;
  for (let i = 0; i < word.length; i++) value = Math.imul(value ^ word.charCodeAt(i), 0x0100_0193);
  return value >>> 0;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
