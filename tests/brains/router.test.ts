import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { connect, type McpClient } from "@paios/shared/client";
import { heapFlags } from "@paios/shared/testing/stdio";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";

const entry = join(import.meta.dirname, "../../packages/router-server/dist/main.js");

describe("router_classify and its log", () => {
  it("ROUT-05 ROUT-06 ROUT-07 logs every decision, with scores and what was misrouted, and no more of a task than a redacted line", async () => {
    await withRouter({}, async ({ client }) => {
      const secret = "sk-proj-abcdefghijklmnop1234567890";
      const first = await client.call<{ decisionId: number; brain: string; traceId: string }>("router_classify", { task: `Fix the failing test in cart.py, the key is ${secret}. ${"It fails in the loop over the items of the cart with a KeyError. ".repeat(5)}` });
      expect(first).toMatchObject({ brain: "codex", traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string });
      const second = await client.call<{ decisionId: number }>("router_classify", { task: "what is in it?", attachments: [{ name: "a.png" }] });
      await client.call("router_score", { decisionId: first.decisionId, score: 5 });
      await client.call("router_score", { decisionId: second.decisionId, score: 1, correctBrain: "claude", comment: "it was about the name" });
      const { decisions } = await client.call<{ decisions: { task: string; brain: string; score?: number; correctBrain?: string }[] }>("router_history", {});
      expect(decisions).toMatchObject([{ brain: "gemini", score: 1, correctBrain: "claude" }, { brain: "codex", score: 5 }]);
      expect(decisions[1]?.task.length).toBeLessThanOrEqual(160);
      expect(JSON.stringify(decisions)).not.toContain(secret);
      expect(await client.call("router_history", { wrong: true })).toMatchObject({ decisions: [{ brain: "gemini" }] });
      expect(await client.call("router_stats", {})).toMatchObject({ total: { decisions: 2, scored: 2, meanScore: 3, corrected: 1 }, byBrain: { codex: { decisions: 1 }, gemini: { corrected: 1 } } });
      await expect(client.call("router_score", { decisionId: 99, score: 3 })).rejects.toThrow("There is no decision 99");
    });
  });

  it("ROUT-08 shows versions of what it learned, and goes back", async () => {
    await withRouter({}, async ({ client }) => {
      for (let n = 0; n < 12; n++) {
        const { decisionId } = await client.call<{ decisionId: number }>("router_classify", { task: `zettel number ${n} for the allotment: gather the open points` });
        await client.call("router_score", { decisionId, score: 1, correctBrain: "gateway" });
      }
      const { active, fitted } = await client.call<{ active: string; fitted: { version: string } }>("router_weights", { action: "fit" });
      expect(active, JSON.stringify(fitted)).toBe(fitted.version);
      expect(await client.call("router_weights", {})).toMatchObject({ versions: [{ version: active, state: "active" }] });
      expect(await client.call("router_weights", { action: "diff" })).toMatchObject({ diff: { changes: expect.any(Number) as number, byCategory: { automation: { up: expect.any(Number) as number } } } });
      expect(await client.call("router_classify", { task: "zettel for the allotment: gather the open points" })).toMatchObject({ brain: "gateway", weightsVersion: active });
      const back = await client.call<{ active: string }>("router_weights", { action: "rollback" });
      expect(back.active).not.toBe(active);
      expect(await client.call("router_weights", { action: "promote", version: active })).toMatchObject({ active });
      await expect(client.call("router_weights", { action: "promote", version: "none" })).rejects.toThrow('There is no version "none"');
    });
  });
});

describe("router_ask", () => {
  it("SDK-02 has the work done, streams progress, and says who did it and what it used", async () => {
    await withRouter({ answer: "Fourteen." }, async ({ client, folder }) => {
      const messages: string[] = [];
      writeFileSync(join(folder, "note.txt"), "The heater runs at 14.");
      const done = await client.call<{ runId: string }>("router_ask", { task: "How warm?", brain: "local", attachments: [{ path: join(folder, "note.txt") }] }, { onProgress: (_done, _total, message) => messages.push(message ?? "") });
      expect(done).toMatchObject({ brain: "local", text: "Fourteen.", way: "http", usage: { inputTokens: 11, outputTokens: 3 }, attempts: [{ brain: "local" }] });
      expect(await client.call("router_result", { runId: done.runId })).toMatchObject({ text: "Fourteen." });
      const { brains } = await client.call<{ brains: { brain: string; reachable: boolean; reason?: string; breaker: { state: string } }[] }>("router_brains", {});
      expect(brains.find(({ brain }) => brain === "local")).toMatchObject({ reachable: true, breaker: { state: "closed" } });
      expect(brains.find(({ brain }) => brain === "codex")).toMatchObject({ reachable: false, reason: expect.stringContaining("codex") as string });
    });
  });

  it("LOG-06 LOG-15 when nobody can do it, says of each why, and what comes next", async () => {
    await withRouter({ status: 402, answer: "" }, async ({ client }) => {
      await expect(client.call("router_ask", { task: "How warm?", brain: "local" })).rejects.toThrow(/No brain could do this task/);
      const { brains } = await client.call<{ brains: { brain: string; breaker: { state: string; kind?: string } }[] }>("router_brains", {});
      expect(brains.find(({ brain }) => brain === "local")).toMatchObject({ breaker: { state: "open", kind: "billing" } });
      await expect(client.call("router_ask", { task: "How warm?", brain: "claude" })).rejects.toThrow(/claude was not found/);
    });
  });

  it("LOG-15 bad input is said before anything runs", async () => {
    await withRouter({ answer: "never" }, async ({ client, folder, asked }) => {
      const locked = join(folder, "locked.txt");
      writeFileSync(locked, "x");
      chmodSync(locked, 0o600);
      const refused: [Record<string, unknown>, RegExp][] = [
        [{ task: "" }, /The task is empty/],
        [{ task: " \n " }, /The task is empty/],
        [{ task: "a\0b" }, /NUL/],
        [{ task: "x".repeat(10_000_000) }, /may have 8 MB\. Hand over large material as a file/],
        [{ task: "half \ud800 pair" }, /half of a character/],
        [{ task: "x", brain: "nobody" }, /brain/],
        [{ task: "x", cwd: "relative/folder" }, /absolute/],
        [{ task: "x", cwd: "/no/such/folder" }, /There is no folder/],
        [{ task: "x", cwd: locked }, /is no folder/],
        [{ task: "x", attachments: [{ path: "/no/such/file" }] }, /There is no file/],
        [{ task: "x", attachments: [{ path: "file.txt" }] }, /must be absolute/],
        [{ task: "x", attachments: [{ path: folder }] }, /is no file/],
      ];
      for (const [input, message] of refused) await expect(client.call("router_ask", input), JSON.stringify(input).slice(0, 80)).rejects.toThrow(message);
      expect(asked()).toBe(0);
      await expect(client.call("router_result", { runId: "none" })).rejects.toThrow("There is no run");
    });
  });

  it("a brain that PAIOS asked and that asks PAIOS again is stopped at the limit", async () => {
    await withRouter({ answer: "never", env: { PAIOS_DEPTH: "2" } }, async ({ client, asked }) => {
      await expect(client.call("router_ask", { task: "Ask again", brain: "local" })).rejects.toThrow(/2 is the limit/);
      expect(asked()).toBe(0);
    });
  });

  it("SDK-06 a cancelled call ends its run, and the run says so", async () => {
    await withRouter({ answer: "late", delayMs: 30_000 }, async ({ client, closed }) => {
      const stop = new AbortController();
      const call = client.call("router_ask", { task: "How warm?", brain: "local" }, { signal: stop.signal });
      await wait(500);
      stop.abort(new Error("enough"));
      await expect(call).rejects.toThrow();
      await expect.poll(closed, { timeout: 5_000 }).toBe(1);
    });
  });
});

interface Rig {
  client: McpClient;
  folder: string;
  asked: () => number;
  /** Questions whose connection was closed before the answer. */
  closed: () => number;
}

/** A router whose only brain is the local one, on a loopback server that speaks OpenAI's chat API. */
async function withRouter({ answer = "ok", status = 200, delayMs = 0, env = {} }: { answer?: string; status?: number; delayMs?: number; env?: Record<string, string> }, work: (rig: Rig) => Promise<void>): Promise<void> {
  using folder = temporaryFolder();
  let asked = 0;
  let closed = 0;
  const server = createServer((request, response) => {
    request.resume();
    if (request.method !== "POST") return void response.end(JSON.stringify({ data: [{ id: "m" }] }));
    asked++;
    response.on("close", () => {
      if (!response.writableFinished) closed++;
    });
    request.on("end", () => {
      setTimeout(() => {
        if (status !== 200) return void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ error: { message: "Insufficient credits", code: status } }));
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(`data: ${JSON.stringify({ model: "m", choices: [{ delta: { content: answer } }] })}\n\n`);
        response.end(`data: ${JSON.stringify({ model: "m", choices: [{ delta: {}, finish_reason: "stop" }], usage: { prompt_tokens: 11, completion_tokens: 3 } })}\n\ndata: [DONE]\n\n`);
      }, delayMs).unref();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const home = join(folder.path, "paios");
  mkdirSync(home);
  const { port } = server.address() as AddressInfo;
  writeFileSync(join(home, "paios.json"), JSON.stringify({ brains: { local: { url: `http://127.0.0.1:${port}/v1`, model: "m" } } }));
  const client = await connect({ command: process.execPath, args: [...heapFlags, entry], env: { PAIOS_HOME: home, HOME: folder.path, PATH: "/usr/bin:/bin", ...env } });
  try {
    await work({ client, folder: folder.path, asked: () => asked, closed: () => closed });
  } finally {
    await client.close();
    server.closeAllConnections();
    server.close();
  }
}
