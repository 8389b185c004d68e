import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { connect } from "@paios/shared/client";
import { heapFlags } from "@paios/shared/testing/stdio";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";

const entry = join(import.meta.dirname, "../../packages/router-server/dist/main.js");

interface Review {
  engines: { role: string; status: string; ms: number; reason?: string }[];
  findings: { severity: string; engines: string[]; file: string }[];
  report: string;
}

const shared = { severity: "high", file: "cart.ts", lines: [2, 2], title: "Empty cart divides by zero", detail: "items.length is zero for an empty cart", recommendation: "Return 0", confidence: 0.7 };
const alone = { severity: "critical", file: "cart.ts", lines: [3, 3], title: "Query built from input", detail: "SQL injection by name", recommendation: "Bind it", confidence: 0.6 };
const verdict = (...findings: object[]) => JSON.stringify({ verdict: findings.length > 0 ? "changes" : "approve", findings });

describe("router_review", () => {
  it("REVW-01 REVW-03 asks two brains at once, each with its own view, and merges what they find", async () => {
    await withReviewers({ quality: { answer: verdict(shared, alone), delayMs: 2_000 }, architecture: { answer: `\`\`\`json\n${verdict({ ...shared, title: "Crash on no items", lines: [2] })}\n\`\`\``, delayMs: 2_000 } }, async (review, asked) => {
      const started = performance.now();
      const { engines, findings, report } = await review();
      expect(performance.now() - started, "both at once, and our own share under 2 s").toBeLessThan(4_000);
      expect(engines).toMatchObject([{ role: "quality", status: "ok" }, { role: "architecture", status: "ok" }]);
      expect(findings.map(({ severity, engines: by }) => [severity, by.length])).toEqual([["high", 2], ["critical", 1]]);
      expect(report).toMatch(/## Found by both[\s\S]*## Found by one/);
      expect(asked.map((text) => /review the (code quality|architecture)/.exec(text)?.[1]).sort()).toEqual(["architecture", "code quality"]);
      expect(asked.every((text) => text.includes("2\texport const mean"))).toBe(true);
    });
  });

  it("REVW-02 gives half a report when one reviewer dies or gives no verdict, and never calls that approved", async () => {
    await withReviewers({ quality: { answer: verdict(alone), delayMs: 0 }, architecture: { status: 401, answer: "", delayMs: 0 } }, async (review) => {
      expect(await review()).toMatchObject({ engines: [{ status: "ok" }, { status: "unavailable" }], findings: [{ severity: "critical" }], report: expect.stringContaining("Half a review") as string });
    });
    await withReviewers({ quality: { answer: "Looks good to me!", delayMs: 0 }, architecture: { answer: "", delayMs: 0 } }, async (review) => {
      const { engines, report } = await review();
      expect(engines.every(({ status }) => status !== "ok")).toBe(true);
      expect(report).toContain("not approved");
    });
  });

  it("says what is wrong with its input", async () => {
    await withReviewers({ quality: { answer: "", delayMs: 0 }, architecture: { answer: "", delayMs: 0 } }, async (_review, _asked, call) => {
      await expect(call({})).rejects.toThrow("Give either path or diff");
      await expect(call({ diff: " " })).rejects.toThrow("empty");
      await expect(call({ path: "/no/such/file" })).rejects.toThrow("There is no /no/such/file");
    });
  });
});

interface Reviewer {
  answer: string;
  status?: number;
  delayMs: number;
}

/** Both roles by the local brain, on two models of a loopback server that speaks OpenAI's chat API. */
async function withReviewers(reviewers: Record<"quality" | "architecture", Reviewer>, work: (review: () => Promise<Review>, asked: string[], call: (input: Record<string, unknown>) => Promise<Review>) => Promise<void>): Promise<void> {
  using folder = temporaryFolder();
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
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
  });
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
    const call = (input: Record<string, unknown>) => client.call<Review>("router_review", input);
    await work(() => call({ path }), asked, call);
  } finally {
    await client.close();
    server.closeAllConnections();
    server.close();
  }
}
