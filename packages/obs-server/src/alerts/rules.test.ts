import { freePort } from "@paios/shared/testing/free-port";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Status } from "../health/check.ts";
import { storeResult } from "../health/results.ts";
import { runChecks } from "../health/run.ts";
import { storeEvents, type TestHome, testHome } from "../health/testing/home.ts";
import { loopback } from "../health/testing/loopback.ts";
import { openObs } from "../obs.ts";
import { openAlerts } from "./alert.ts";
import { checkConfigAtLoad } from "./config-at-load.ts";
import { evaluateAlerts } from "./evaluate.ts";

const now = Date.UTC(2026, 10, 21, 12);

let home: TestHome;

beforeEach(() => {
  home = testHome();
});
afterEach(() => home[Symbol.dispose]());

function firing(): string[] {
  return openAlerts(home.obs).filter(({ state }) => state === "firing").map(({ fingerprint }) => fingerprint);
}

function found(name: string, kind: "service" | "api" | "database" | "credential" | "resource", status: Status, part?: string): void {
  const detail = "So it is.";
  storeResult(home.obs.database, { name, kind, everyMs: 3_600_000 }, { status, detail, ...(part && { parts: [{ name: part, status, detail }] }) }, now, 1);
}

it("each thing that a check can find has its rule", () => {
  found("emit-server", "service", "fail");
  found("gateway", "service", "fail");
  found("mcp", "service", "warn", "kb");
  found("database:kb", "database", "fail");
  found("database-growth", "resource", "warn", "kb");
  found("session-stores", "resource", "warn", "claude");
  found("memory", "resource", "warn", "kb-server");
  found("cpu", "resource", "warn", "kb-server");
  found("spool", "resource", "warn");
  found("config", "resource", "fail", "paios.json");
  found("disk", "resource", "fail");
  found("credentials", "credential", "warn", "openai:default");
  found("embeddings", "api", "fail");
  for (let second = 0; second <= 300; second += 15) evaluateAlerts(home.obs, now + second * 1_000);
  expect(firing()).toEqual([
    "service-down:emit-server",
    "gateway-down:gateway",
    "mcp-error-rate:kb",
    "database-damaged:kb",
    "database-growth:kb",
    "session-store-growth:claude",
    "service-memory:kb-server",
    "service-cpu:kb-server",
    "spool-not-empty:spool",
    "config-corrupt:paios.json",
    "disk-low:disk",
    "credential-expiring:openai:default",
    "integration-failing:embeddings",
  ]);
});

it("what is well, unknown or only a little wrong alerts nobody", () => {
  found("emit-server", "service", "unknown");
  found("disk", "resource", "warn");
  found("database:kb", "database", "warn");
  found("mcp", "service", "ok");
  for (let second = 0; second <= 300; second += 15) evaluateAlerts(home.obs, now + second * 1_000);
  expect(openAlerts(home.obs)).toEqual([]);
});

it("OBS-02 a service that was ended fires within a minute, and it is over when it is back", async () => {
  const port = await freePort();
  writeFileSync(join(home.path, "paios.json"), JSON.stringify({ emit: { port } }));
  found("emit-server", "service", "ok");
  let second = 0;
  for (; firing().length === 0 && second < 120; second += 15) {
    await runChecks(home.obs, { now: now + second * 1_000, only: ["emit-server"] });
    evaluateAlerts(home.obs, now + second * 1_000);
  }
  expect(firing()).toEqual(["service-down:emit-server"]);
  expect(second).toBeLessThanOrEqual(45);
  await using server = await loopback((request, response) => {
    request.on("data", (body: Buffer) => home.obs.database.prepare("INSERT INTO intake(received_us, payload) VALUES (1, ?)").run(body.toString()));
    response.writeHead(202).end();
  });
  writeFileSync(join(home.path, "paios.json"), JSON.stringify({ emit: { port: server.port } }));
  await runChecks(home.obs, { now: now + second * 1_000, only: ["emit-server"] });
  evaluateAlerts(home.obs, now + second * 1_000);
  expect(firing()).toEqual([]);
});

describe("events", () => {
  const job = (time: number, status: "ok" | "error", action = "daily report") => ({ time, status, action, category: "job", service: "heartbeat" });

  it("LOG-06 a blocked brain is one alert that names it and its model, until its time is over", () => {
  const opened = (time: number, pool: string, kind: string, until?: number) => ({ time, service: "router", category: "brain", action: "breaker opened", status: "error" as const, metadata: { "paios.brain": "claude", "paios.brain.pool": pool, "error.type": kind, ...(until !== undefined && { "paios.brain.until": until }) } });
  storeEvents(home.obs, [opened(now - 5_000, "opus", "transient", now - 1_000), opened(now - 2_000, "opus", "billing", now + 3_600_000), opened(now - 3_000, "sonnet", "limit", now - 10)]);
  evaluateAlerts(home.obs, now);
  expect(firing()).toEqual(["brain-blocked:claude opus"]);
  expect(openAlerts(home.obs)[0]?.detail).toMatch(/^claude \(opus\) cannot be asked: billing until /);
  evaluateAlerts(home.obs, now + 3_600_001);
  evaluateAlerts(home.obs, now + 3_700_000);
  expect(firing()).toEqual([]);
});

it("a failed job alerts until it succeeds or an hour is over", () => {
    storeEvents(home.obs, [job(now - 1_000, "error"), job(now - 2_000, "ok"), job(now - 2_000, "error", "backup"), job(now - 1_000, "ok", "backup"), job(now - 4_000_000, "error", "old")]);
    evaluateAlerts(home.obs, now);
    expect(firing()).toEqual(["failed-job:heartbeat/daily report"]);
    storeEvents(home.obs, [job(now + 10_000, "ok")]);
    evaluateAlerts(home.obs, now + 15_000);
    expect(firing()).toEqual([]);
  });

  it("OBS-03 an integration that fails again and again is alerted, with its time-outs and SDK errors apart", () => {
    const failure = (n: number, type: string, service = "router") => ({ time: now - n * 1_000, status: "error" as const, service, category: "client", action: "ask claude", metadata: { "error.type": type } });
    storeEvents(home.obs, [
      ...[1, 2, 3].map((n) => failure(n, "timed_out")),
      ...[1, 2, 3, 4].map((n) => failure(n, "APIConnectionError")),
      ...[1, 2].map((n) => failure(n, "ECONNRESET")),
      ...[1, 2, 3].map((n) => failure(n, "bad_input")),
      ...[1, 2, 3].map((n) => failure(n + 1_000, "ETIMEDOUT", "analytics")),
    ]);
    evaluateAlerts(home.obs, now);
    expect(firing().sort()).toEqual(["integration-failing:router/APIConnectionError", "integration-failing:router/timed_out"]);
    expect(home.obs.database.prepare("SELECT title, body FROM outbox").all()).toEqual([
      { title: "Integration fails: 2 of them", body: expect.stringContaining("3 failures of router in 15 minutes with timed_out") as string },
    ]);
    evaluateAlerts(home.obs, now + 100_000);
    for (let second = 100; second <= 1_000; second += 100) evaluateAlerts(home.obs, now + second * 1_000);
    expect(firing()).toEqual([]);
  });

  it("a name from outside cannot break out of a message", () => {
    storeEvents(home.obs, [1, 2, 3].map((n) => ({ time: now - n, status: "error" as const, service: "evil\u001B[2J\n\u202Eservice*", category: "x", metadata: { "error.type": "a\nb" } })));
    evaluateAlerts(home.obs, now);
    const { title, body } = home.obs.database.prepare("SELECT title, body FROM outbox").get() as { title: string; body: string };
    expect(title + body).not.toMatch(/[\u0000-\u001F\u202E]/);
    expect(firing()).toEqual(["integration-failing:evil__2J__service_/a_b"]);
  });
});

describe("configuration", () => {
  it.each([
    ["paios.json", '{"obs": {"alerts": '],
    ["paios.json", '{"obs": {"alerts": {"repeatHours": -1}}}'],
    ["auth-profiles.json", '{"profiles": {"a": {"key": "sk-secret"'],
    ["auth-profiles.json", "[]"],
    ["paios.json", "\u0000\u0000\u0000"],
  ])("OBS-04 a corrupted %s is alerted at load, before anything acts: %s", (file, text) => {
    mkdirSync(home.path, { recursive: true });
    writeFileSync(join(home.path, file), text);
    const obs = openObs(home.path);
    checkConfigAtLoad(obs, now);
    const messages = obs.database.prepare("SELECT title, body FROM outbox").all() as { title: string; body: string }[];
    obs.database.close();
    expect(messages.map(({ title }) => title)).toEqual([`Configuration damaged: ${file}`]);
    expect(messages[0]?.body).not.toContain("sk-secret");
    checkConfigAtLoad(home.obs, now + 1_000);
    evaluateAlerts(home.obs, now + 2_000);
    expect(home.obs.database.prepare("SELECT count(*) FROM outbox").pluck().get()).toBe(1);
  });

  it("a sound configuration alerts nobody at load", () => {
    checkConfigAtLoad(home.obs, now);
    expect(openAlerts(home.obs)).toEqual([]);
  });
});
