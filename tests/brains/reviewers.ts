import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { connect } from "@paios/shared/client";
import { heapFlags } from "@paios/shared/testing/stdio";
import { temporaryFolder } from "@paios/shared/testing/temporary";

const entry = join(import.meta.dirname, "../../packages/router-server/dist/main.js");

export interface Review {
  engines: { role: string; status: string; ms: number; reason?: string }[];
  findings: { severity: string; engines: string[]; file: string }[];
  report: string;
}

interface Reviewer {
  answer: string;
  status?: number;
  delayMs: number;
}

/** Both roles by the local brain, on two models of a loopback server that speaks OpenAI's chat API. */
export async function withReviewers(reviewers: Record<"quality" | "architecture", Reviewer>, work: (review: () => Promise<Review>, asked: string[], call: (input: Record<string, unknown>) => Promise<Review>) => Promise<void>): Promise<void> {
  using folder = temporaryFolder();
  const asked: string[] = [];
  const server = createServer((request, response) => void answerOne(request, response));
  const answerOne = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = "";
    for await (const part of request) body += String(part);
    if (request.method !== "POST") return void response.end(JSON.stringify({ data: [] }));
    const { model, messages, stream } = JSON.parse(body) as { model: "quality" | "architecture"; messages: { content: unknown }[]; stream?: boolean };
    asked.push(JSON.stringify(messages).replaceAll("\\t", "\t"));
    const { answer, status = 200, delayMs } = reviewers[model];
    await wait(delayMs);
    if (status !== 200) return void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ error: { message: "invalid key", type: "invalid_request_error", code: "invalid_api_key" } }));
    if (!stream) return void response.end(JSON.stringify({ model, choices: [{ message: { role: "assistant", content: answer }, finish_reason: "stop" }], usage: { prompt_tokens: 1, completion_tokens: 1 } }));
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify({ model, choices: [{ delta: { content: answer } }] })}\n\n`);
    response.write(`data: ${JSON.stringify({ model, choices: [{ delta: {}, finish_reason: "stop" }], usage: { prompt_tokens: 1, completion_tokens: 1 } })}\n\n`);
    response.end("data: [DONE]\n\n");
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const home = join(folder.path, "paios");
  mkdirSync(home);
  const { port } = server.address() as AddressInfo;
  const reviewer = (model: string) => ({ brain: "local", model });
  writeFileSync(join(home, "paios.json"), JSON.stringify({ brains: { local: { url: `http://127.0.0.1:${port}/v1` }, limits: { local: 2 }, review: { quality: reviewer("quality"), architecture: reviewer("architecture") } } }));
  const path = join(folder.path, "cart.ts");
  writeFileSync(path, 'const items: number[] = [];\nexport const mean = items.reduce((a, b) => a + b, 0) / items.length;\nexport const find = (name: string) => `select * from t where n = ${name}`;\n');
  const client = await connect({ command: process.execPath, args: [...heapFlags, entry], env: { PAIOS_HOME: home, HOME: folder.path } });
  try {
    const call = (input: Record<string, unknown>) => client.call<Review>("router_review", input, { timeoutMs: 600_000 });
    await work(() => call({ path }), asked, call);
  } finally {
    await client.close();
    server.closeAllConnections();
    server.close();
  }
}
