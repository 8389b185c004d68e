import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { countReaches, scrape, send, startEmit } from "./rig.ts";

const recording = (name: string) => readFileSync(join(import.meta.dirname, "../../apps/emit-server/src/otlp/recordings", name));
const json = { "content-type": "application/json" };
const protobuf = { "content-type": "application/x-protobuf" };

it("OBSV-02 what POST /v1/events acknowledged survives kill −9", async () => {
  using folder = temporaryFolder();
  const rounds = 5;
  for (let round = 1; round <= rounds; round++) {
    await using emit = await startEmit(folder.path);
    const events = Array.from({ length: 20 }, () => ({ category: "job", action: "survive", service: "cron", durationMs: 2 }));
    expect(await send(`${emit.url}/v1/events`, { headers: json, body: Buffer.from(JSON.stringify(events)) })).toMatchObject({ status: 202, body: '{"accepted":20}' });
    await emit.end("SIGKILL");
  }
  await using emit = await startEmit(folder.path);
  expect(await countReaches(emit.url, "cron", "survive", rounds * 20)).toBe(rounds * 20);
  expect((await scrape(emit.url)).get('paios_event_duration_seconds_total{service="cron",category="job",action="survive",status="ok"}')).toBeCloseTo(0.2);
});

it("LOG-09 takes what Claude Code and Codex really send, plain and gzip, and answers as OTLP says", async () => {
  using folder = temporaryFolder();
  await using emit = await startEmit(folder.path);
  const answers = await Promise.all([
    send(`${emit.url}/v1/traces`, { headers: protobuf, body: recording("claude-traces.pb") }),
    send(`${emit.url}/v1/logs`, { headers: { ...protobuf, "content-encoding": "gzip" }, body: gzipSync(recording("claude-logs.pb")) }),
    send(`${emit.url}/v1/metrics`, { headers: protobuf, body: recording("claude-metrics.pb") }),
    send(`${emit.url}/v1/traces`, { headers: { ...json, "content-encoding": "gzip" }, body: gzipSync(recording("codex-traces.json")) }),
    send(`${emit.url}/v1/logs`, { headers: { "content-type": "application/json; charset=utf-8" }, body: recording("codex-logs.json") }),
    send(`${emit.url}/v1/metrics`, { headers: json, body: recording("codex-metrics.json") }),
  ]);
  expect(answers.map(({ status, headers, body }) => [status, headers["content-type"], body])).toEqual([
    ...Array.from({ length: 3 }, () => [200, "application/x-protobuf", ""]),
    ...Array.from({ length: 3 }, () => [200, "application/json", "{}"]),
  ]);
  expect(await Promise.all([
    countReaches(emit.url, "claude-code", "claude_code\\.llm_request", 2),
    countReaches(emit.url, "claude-code", "api_request", 2),
    countReaches(emit.url, "claude-code", "claude_code\\.token\\.usage", 8),
    countReaches(emit.url, "codex", "mcp\\.tools\\.call", 1),
    countReaches(emit.url, "codex", "codex\\.tool_result", 1),
    countReaches(emit.url, "codex", "codex\\.turn\\.token_usage", 6),
  ])).toEqual([2, 2, 8, 1, 1, 6]);
});

it("OBS-01 /health has every check with its age, /metrics each as paios_up", async () => {
  using folder = temporaryFolder();
  await using emit = await startEmit(folder.path);
  expect(await (await fetch(`${emit.url}/healthz`)).text()).toBe("ok");
  await expect.poll(async () => ((await (await fetch(`${emit.url}/health`)).json()) as { checks: unknown[] }).checks.length, { timeout: 20_000 }).toBeGreaterThan(0);
  const response = await fetch(`${emit.url}/health`);
  const report = (await response.json()) as { status: string; checks: { name: string; kind: string; status: string; ageMs: number }[] };
  expect(response.status).toBe(report.status === "ok" || report.status === "degraded" ? 200 : 503);
  const samples = await scrape(emit.url);
  for (const { name, kind } of report.checks) expect([0, 1]).toContain(samples.get(`paios_up{check="${name}",kind="${kind}"}`));
  expect(samples.get("process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
  expect([...samples.keys()]).toEqual(expect.arrayContaining(['paios_alerts{state="pending"}', 'paios_alerts{state="firing"}', "paios_outbox_waiting", "process_cpu_seconds_total"]));
});
