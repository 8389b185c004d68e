import { freePort } from "@paios/shared/testing/free-port";
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { healthReport } from "./report.ts";
import { runChecks } from "./run.ts";
import { storeEvents, type TestHome, testHome } from "./testing/home.ts";
import { loopback } from "./testing/loopback.ts";

const now = Date.UTC(2026, 10, 21, 12);
const day = 86_400_000;

let home: TestHome;

beforeEach(() => {
  home = testHome();
});
afterEach(() => home[Symbol.dispose]());

async function statusOf(name: string, at = now): Promise<{ status: string; detail: string }> {
  await runChecks(home.obs, { now: at, only: [name.split(":")[0] === "database" ? name : (name.split(":")[0] ?? "")], environment: { HOME: home.path } });
  const { status, detail } = healthReport(home.obs, at).checks.find((each) => each.name === name) ?? { status: "none", detail: "" };
  return { status, detail };
}

function settings(value: object): void {
  writeFileSync(join(home.path, "paios.json"), JSON.stringify(value));
}

function credentials(profiles: object, mode = 0o600): void {
  const path = join(home.path, "auth-profiles.json");
  writeFileSync(path, JSON.stringify({ profiles }));
  chmodSync(path, mode);
}

function makeDatabase(name: string): string {
  const path = join(home.path, `${name}.sqlite`);
  const database = new Database(path);
  database.exec("CREATE TABLE a(x); CREATE TABLE b(x); INSERT INTO a VALUES (1); INSERT INTO b SELECT randomblob(3000) FROM (VALUES (1), (2), (3), (4), (5), (6))");
  database.close();
  return path;
}

describe("databases", () => {
  it("OBS-01 a database that can be read is well", async () => {
    makeDatabase("kb");
    expect(await statusOf("database:kb")).toMatchObject({ status: "ok" });
    expect(await statusOf("database:observability")).toMatchObject({ status: "ok" });
  });

  it("OBS-01 an empty, a damaged and a truncated database file fail", async () => {
    const path = makeDatabase("kb");
    truncateSync(path, statSync(path).size - 4_096);
    expect(await statusOf("database:kb")).toMatchObject({ status: "fail" });
    rmSync(path);
    makeDatabase("kb");
    expect(await statusOf("database:kb")).toMatchObject({ status: "ok" });
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xaa, 8_192, 12_288));
    expect(await statusOf("database:kb")).toEqual({ status: "fail", detail: expect.stringContaining("SQLITE_CORRUPT") as string });
    writeFileSync(path, "this is no database, whatever its name says ".repeat(100));
    expect(await statusOf("database:kb")).toEqual({ status: "fail", detail: expect.stringContaining("cannot be read") as string });
    writeFileSync(path, "");
    expect(await statusOf("database:kb")).toEqual({ status: "fail", detail: expect.stringContaining("0 bytes") as string });
  });

  it("a database that was there and is gone fails; one that never was is not spoken of", async () => {
    expect(await statusOf("database:router")).toMatchObject({ status: "none" });
    const path = makeDatabase("router");
    expect(await statusOf("database:router")).toMatchObject({ status: "ok" });
    rmSync(path);
    expect(await statusOf("database:router")).toEqual({ status: "fail", detail: expect.stringContaining("gone") as string });
  });

  it("a write-ahead log over 64 MB is a warning", async () => {
    writeFileSync(`${makeDatabase("analytics")}-wal`, "");
    truncateSync(join(home.path, "analytics.sqlite-wal"), 65 * 1024 * 1024);
    expect(await statusOf("database:analytics")).toEqual({ status: "warn", detail: expect.stringContaining("65 MB") as string });
  });
});

describe("services and endpoints", () => {
  it("OBS-01 emit-server that does not run is unknown, and fails when it ran before", async () => {
    settings({ emit: { port: await freePort() } });
    expect(await statusOf("emit-server")).toMatchObject({ status: "unknown" });
    home.obs.database.exec("UPDATE check_result SET status = 'ok' WHERE name = 'emit-server'");
    expect(await statusOf("emit-server")).toEqual({ status: "fail", detail: expect.stringContaining("any more") as string });
    expect(await statusOf("emit-server")).toMatchObject({ status: "fail" });
  });

  it("OBS-01 emit-server that stores what it is given is well, and its probe leaves nothing behind", async () => {
    const store = home.another();
    await using server = await loopback((request, response) => {
      if (request.url === "/healthz") return void response.end("ok");
      request.on("data", (body: Buffer) => {
        store.database.prepare("INSERT INTO intake(received_us, payload) VALUES (1, ?)").run(body.toString());
        response.writeHead(202).end('{"accepted":1}');
      });
    });
    settings({ emit: { port: server.port } });
    expect(await statusOf("emit-server")).toMatchObject({ status: "ok" });
    expect(store.database.prepare("SELECT count(*) FROM intake").pluck().get()).toBe(0);
  });

  it("OBS-01 the Gateway must say that it is ready; where it is not configured it is not asked", async () => {
    let ready = true;
    await using server = await loopback((request, response) => void response.writeHead(request.url === "/ready" && ready ? 200 : 503).end(JSON.stringify({ ready })));
    expect(await statusOf("gateway")).toMatchObject({ status: "none" });
    writeFileSync(join(home.path, "openclaw.json"), `{ // the person's\n tools: {port: 1}, "gateway": { auth: {token: 'x}'}, port: ${server.port}, }, }`);
    expect(await statusOf("gateway")).toMatchObject({ status: "ok" });
    ready = false;
    expect(await statusOf("gateway")).toEqual({ status: "fail", detail: expect.stringContaining("HTTP 503") as string });
  });

  it("OBS-01 an MCP server whose calls fail is named with their share", async () => {
    storeEvents(home.obs, [
      ...Array.from({ length: 7 }, (_, n) => ({ time: now - n * 1_000 })),
      ...Array.from({ length: 3 }, (_, n) => ({ time: now - n * 1_000, status: "error" as const })),
      ...Array.from({ length: 9 }, (_, n) => ({ time: now - n * 1_000, service: "router", status: "error" as const })),
      ...Array.from({ length: 9 }, () => ({ time: now - 3_600_000, service: "macos", status: "error" as const })),
    ]);
    expect(await statusOf("mcp:kb")).toEqual({ status: "warn", detail: "3 of 10 calls of the last 5 minutes failed (30 %)." });
    expect(await statusOf("mcp:router")).toMatchObject({ status: "fail" });
    expect(await statusOf("mcp:macos")).toMatchObject({ status: "none" });
    expect(await statusOf("mcp", now + 600_000)).toMatchObject({ status: "ok" });
  });

  it("OBS-01 the embeddings endpoint must make a vector", async () => {
    let answer = JSON.stringify({ data: [{ index: 0, embedding: [0.5, 0.5] }] });
    await using server = await loopback((_request, response) => void response.end(answer));
    settings({ kb: { embeddings: { provider: "openai", url: `${server.url}/v1`, model: "m" } } });
    expect(await statusOf("embeddings")).toEqual({ status: "ok", detail: "It made a vector of 2 numbers." });
    for (answer of ["{}", "hello", JSON.stringify({ data: [{ embedding: ["a"] }] })]) expect(await statusOf("embeddings")).toMatchObject({ status: "fail" });
    settings({ kb: { embeddings: { provider: "openai", url: `http://127.0.0.1:${await freePort()}/v1`, model: "m" } } });
    expect(await statusOf("embeddings")).toMatchObject({ status: "fail" });
  });
});

describe("credentials", () => {
  it("OBS-05 one that expires within 7 days is a warning, one that has expired fails, and no value is shown", async () => {
    const secret = "sk-very-secret-value";
    credentials({ "a:soon": { key: secret, expires: now + 3 * day }, "b:gone": { key: secret, expires: new Date(now - day).toISOString() }, "c:fine": { key: secret, expires: now + 8 * day }, "d:never": { key: secret } });
    expect(await statusOf("credentials:a:soon")).toMatchObject({ status: "warn", detail: "It expires in 3 days. Sign in again before." });
    expect(await statusOf("credentials:b:gone")).toMatchObject({ status: "fail" });
    expect(await statusOf("credentials:c:fine")).toMatchObject({ status: "none" });
    expect(JSON.stringify(healthReport(home.obs, now))).not.toContain(secret);
    expect(await statusOf("credentials:c:fine", now + 2 * day)).toMatchObject({ status: "warn" });
  });

  it("OBS-01 a credentials file that others can read, or that is damaged, fails", async () => {
    credentials({ a: { key: "x" } }, 0o644);
    expect(await statusOf("credentials:auth-profiles.json")).toEqual({ status: "fail", detail: expect.stringContaining("644") as string });
    credentials({ a: { key: "x" } });
    expect(await statusOf("credentials")).toMatchObject({ status: "ok" });
    writeFileSync(join(home.path, "auth-profiles.json"), '{"profiles": {"a": {"key": "sk-secret"');
    expect(await statusOf("credentials")).toMatchObject({ status: "fail" });
    expect(await statusOf("config:auth-profiles.json")).toEqual({ status: "fail", detail: expect.not.stringContaining("sk-secret") as string });
  });
});

describe("resources", () => {
  it("OBS-01 a disk with less room than the limit fails", async () => {
    expect(await statusOf("disk")).toMatchObject({ status: "ok" });
    home.obs.config.alerts.diskFreeMegabytes = 1e9;
    expect(await statusOf("disk")).toMatchObject({ status: "fail" });
  });

  it("OBS-01 a database that grows too fast in a day is a warning, spread over the days it took", async () => {
    home.obs.config.alerts.databaseGrowthMegabytesPerDay = 1;
    const path = makeDatabase("kb");
    expect(await statusOf("database-growth")).toMatchObject({ status: "ok" });
    truncateSync(path, 3 * 1024 * 1024);
    expect(await statusOf("database-growth:kb", now + 3_600_000)).toMatchObject({ status: "warn" });
    expect(await statusOf("database-growth:kb", now + 5 * day)).toMatchObject({ status: "none" });
    truncateSync(path, 9 * 1024 * 1024);
    expect(await statusOf("database-growth:kb", now + 6 * day)).toMatchObject({ status: "warn" });
    expect(await statusOf("database-growth:kb", now - 9 * day)).toMatchObject({ status: "none" });
  });

  it("OBS-01 session stores over the limit are a warning, wherever the CLIs keep them", async () => {
    home.obs.config.alerts.sessionStoreMegabytes = 1;
    mkdirSync(join(home.path, "elsewhere/projects/p"), { recursive: true });
    writeFileSync(join(home.path, "elsewhere/projects/p/s.jsonl"), Buffer.alloc(2 * 1024 * 1024));
    expect(await statusOf("session-stores")).toMatchObject({ status: "ok", detail: "claude 0 MB, codex 0 MB." });
    await runChecks(home.obs, { now, only: ["session-stores"], environment: { HOME: home.path, CLAUDE_CONFIG_DIR: join(home.path, "elsewhere") } });
    expect(healthReport(home.obs, now).checks.map(({ name, status }) => `${name} ${status}`)).toEqual(["session-stores warn", "session-stores:claude warn"]);
  });

  it("OBS-01 a spool that nobody empties for over a minute is a warning", async () => {
    mkdirSync(join(home.path, "spool"));
    writeFileSync(join(home.path, "spool/events-1.ndjson"), "{}\n");
    utimesSync(join(home.path, "spool/events-1.ndjson"), 1, 1);
    expect(await statusOf("spool")).toMatchObject({ status: "ok" });
    expect(await statusOf("spool", now + 61_000)).toMatchObject({ status: "warn" });
    truncateSync(join(home.path, "spool/events-1.ndjson"));
    expect(await statusOf("spool", now + 62_000)).toMatchObject({ status: "ok" });
  });

  it("OBS-01 a settings file that does not parse or does not fit fails, with the place", async () => {
    writeFileSync(join(home.path, "paios.json"), '{\n "obs": {"alerts": {"repeatHours": "four"}}}');
    expect(await statusOf("config:paios.json")).toEqual({ status: "fail", detail: expect.stringContaining("paios.json:2: obs.alerts.repeatHours") as string });
    writeFileSync(join(home.path, "paios.json"), '{"obs": ');
    expect(await statusOf("config:paios.json")).toMatchObject({ status: "fail" });
    settings({});
    expect(await statusOf("config")).toMatchObject({ status: "ok" });
  });
});
