import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closeObs, openObs } from "@paios/obs-server";
import { closeKb, openKb } from "@paios/kb-server";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { afterEach, beforeEach, expect, it } from "vitest";
import { jobContext } from "../testing/context.ts";
import { generateStore } from "../testing/session-store.ts";
import credentialExpiry from "./credential-expiry.ts";
import dailyHealthReport from "./daily-health-report.ts";
import databaseMaintenance from "./database-maintenance.ts";
import obsRetention from "./obs-retention.ts";
import kbInbox from "./kb-inbox.ts";
import sessionStorePrune from "./session-store-prune.ts";

const now = Date.UTC(2026, 10, 21, 12);
const day = 86_400_000;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

/** Titles and texts in the outbox. */
function outbox(): string[] {
  const obs = openObs(folder.path);
  const rows = obs.database.prepare("SELECT title || ' | ' || body FROM outbox ORDER BY id").pluck().all() as string[];
  closeObs(obs);
  return rows;
}

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const token = (expires: number) => `${base64({ alg: "none" })}.${base64({ exp: Math.floor(expires / 1_000) })}.secretpart`;

function signIn(expires: number): string {
  const path = join(folder.path, ".codex/auth.json");
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, JSON.stringify({ tokens: { access_token: token(expires), refresh_token: "secret" } }));
  return path;
}

/** A `codex` that, asked as we ask, writes what it is told to: its app-server protocol, nothing else. */
function fakeCodex(renewed: string | undefined): string {
  const bin = join(folder.path, "bin");
  mkdirSync(bin);
  const file = join(bin, "codex");
  const script = `#!${process.execPath}
const { createInterface } = require("node:readline"), fs = require("node:fs");
fs.appendFileSync(${JSON.stringify(join(folder.path, "asked"))}, process.argv.slice(2).join(" ") + "\\n");
createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "account/read" && params.refreshToken) { const to = ${JSON.stringify(renewed ?? "")}; if (to) fs.writeFileSync(${JSON.stringify(join(folder.path, ".codex/auth.json"))}, to); }
  if (id) console.log(JSON.stringify({ id, result: {} }));
}).on("close", () => {});
`;
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  return bin;
}

const withCodex = (bin: string) => jobContext(folder.path, now, { environment: { HOME: folder.path, PATH: bin } });

it("DATA-04 Codex's sign-in that ends within a week is renewed by Codex itself, and nobody is bothered", async () => {
  signIn(now + 6 * day);
  const bin = fakeCodex(JSON.stringify({ tokens: { access_token: token(now + 10 * day) } }));
  expect(await credentialExpiry.run(withCodex(bin))).toBe("None ends within 7 days.");
  expect([readFileSync(join(folder.path, "asked"), "utf8"), existsSync(join(folder.path, "observability.sqlite"))]).toEqual(["app-server\n", false]);
});

it("DATA-04 one that Codex cannot renew is told 7 days ahead, on its last day and when it is over, once each, without its tokens", async () => {
  const expires = now + 6.5 * day;
  const path = signIn(expires);
  const before = readFileSync(path, "utf8");
  const bin = fakeCodex(undefined);
  for (const at of [now - day, now, now + day, expires - day / 2, expires + 1, expires + day]) await credentialExpiry.run({ ...withCodex(bin), now: () => at });
  expect(outbox()).toEqual(["Codex's sign-in expires in 6 days | Run `codex login`.", "Codex's sign-in expires within a day | Run `codex login`.", "Codex's sign-in has expired | Run `codex login`."]);
  expect(readFileSync(path, "utf8")).toBe(before);
  expect(readFileSync(join(folder.path, "observability.sqlite")).includes("secret")).toBe(false);
});

it("DATA-04 without Codex, with a key instead of a sign-in, or with a damaged file it says nothing wrong", async () => {
  expect(await credentialExpiry.run(jobContext(folder.path, now))).toBe("None ends within 7 days.");
  const path = signIn(now);
  for (const text of ['{"OPENAI_API_KEY":"sk-1"}', "{", "null", '{"tokens":{"access_token":"x.y"}}']) {
    writeFileSync(path, text);
    expect(await credentialExpiry.run({ ...jobContext(folder.path, now), environment: { HOME: folder.path, PATH: "" } })).toBe("None ends within 7 days.");
  }
  signIn(now + day / 2);
  expect(await credentialExpiry.run({ ...jobContext(folder.path, now), environment: { HOME: folder.path, PATH: "" } })).toBe("1 end within 7 days; said so.");
});

it("profiles that end are told too", async () => {
  writeFileSync(join(folder.path, "auth-profiles.json"), JSON.stringify({ profiles: { mail: { key: "k", expires: new Date(now + 3.5 * day).toISOString() }, far: { key: "k", expires: now + 60 * day }, none: { key: "k" } } }));
  await credentialExpiry.run(jobContext(folder.path, now));
  expect(outbox()).toEqual(["The profile mail expires in 3 days | Sign in again, or enter a new key: `ai auth add`."]);
});

it("OBS-06 the daily report is one message, also when its run was cut and made again", async () => {
  writeFileSync(join(folder.path, "paios.json"), '{ "obs": { "outbox": { "desktop": false } } }');
  const context = jobContext(folder.path, now);
  await dailyHealthReport.run(context);
  await dailyHealthReport.run({ ...context, attempt: 2 });
  await dailyHealthReport.run(jobContext(folder.path, now + day));
  expect(outbox()).toHaveLength(2);
  expect(outbox()[0]).toMatch(/^PAIOS today: .+ \| [\s\S]*\d+ checks, 0 messages waited\.$/);
});

it("sessions are only reported without a rule; a new rule is tried and told first, then it counts", async () => {
  const { paths } = generateStore(join(folder.path, ".openclaw"), { count: 20, bytes: 1_000, entries: 20, entryBytes: 10, now });
  const left = () => paths.filter((path) => existsSync(path)).length;
  const context = jobContext(folder.path, now);
  expect(await sessionStorePrune.run(context)).toContain("15 files (0 MB) are older than 90 days, no rule removes them.");
  const ruled = jobContext(folder.path, now, { config: { sessionStores: { openclaw: { olderThanDays: 100, keepDays: 7 } } } });
  expect(await sessionStorePrune.run(ruled)).toContain("dry run: 14 files");
  expect([left(), outbox()]).toEqual([20, [expect.stringContaining("Old sessions of openclaw will be removed | The rule heartbeat.sessionStores.openclaw in paios.json would remove 14 files")]]);
  expect(await sessionStorePrune.run(ruled)).toMatch(/removed 14 files and 14 entries, kept in .*-sessions-openclaw\.tar\.gz\./);
  expect(left()).toBe(6);
  await expect(async () => sessionStorePrune.run(jobContext(folder.path, now, { config: { sessionStores: { codex: { keepDays: 7 } } } }))).rejects.toThrow("needs olderThanDays or maxMegabytes");
});

/** An `openclaw` that answers as the real one does (see the proof openclaw-sessions), and notes what it was asked. */
function fakeOpenClaw(answers: Record<string, object>): { bin: string; asked: () => string[] } {
  const bin = join(folder.path, "bin");
  const log = join(folder.path, "asked");
  mkdirSync(bin);
  mkdirSync(join(folder.path, ".openclaw/agents/main/agent"), { recursive: true });
  writeFileSync(join(folder.path, ".openclaw/agents/main/agent/openclaw-agent.sqlite"), "OpenClaw's own");
  const script = `#!${process.execPath}
const asked = process.argv.slice(2).join(" ");
require("node:fs").appendFileSync(${JSON.stringify(log)}, asked + "\\n");
const answers = ${JSON.stringify(answers)};
const answer = answers[Object.keys(answers).find((start) => asked.startsWith(start))];
console.log(JSON.stringify(answer));
process.exit(answer.ok === false ? 1 : 0);
`;
  writeFileSync(join(bin, "openclaw"), script, { mode: 0o755 });
  return { bin, asked: () => readFileSync(log, "utf8").trimEnd().split("\n") };
}

const summary = (archived: number) => ({ agentId: "main", mode: "enforce", dryRun: true, beforeCount: 40, afterCount: 38, archived, wouldMutate: true });

it("LOG-03 OpenClaw's database is changed by OpenClaw only: told first, then with a snapshot before", async () => {
  const { bin, asked } = fakeOpenClaw({ "sessions cleanup": { allAgents: true, stores: [summary(30), summary(6)] }, "backup sqlite create": { ok: true } });
  const environment = { HOME: folder.path, PATH: bin };
  expect(await sessionStorePrune.run(jobContext(folder.path, now, { environment }))).toContain("36 of 80 sessions archived, 4 removed; heartbeat.sessionStores.openclawDatabase is off.");
  const ruled = jobContext(folder.path, now, { environment, config: { sessionStores: { openclawDatabase: true } } });
  expect(await sessionStorePrune.run(ruled)).toContain("openclaw's database: dry run");
  expect(outbox()).toEqual([expect.stringContaining("Old sessions of openclaw will be removed | The rule heartbeat.sessionStores.openclawDatabase in paios.json would have 36 of 80 sessions archived")]);
  expect(asked().every((each) => each === "sessions cleanup --all-agents --dry-run --json")).toBe(true);
  expect(await sessionStorePrune.run(ruled)).toContain("openclaw's database: 36 of 80 sessions archived, 4 removed.");
  expect(asked().slice(2)).toEqual([`backup sqlite create --agent main --repository ${folder.path}/backups/openclaw/main --json`, "sessions cleanup --all-agents --enforce --json"]);
});

it("without a snapshot OpenClaw is not asked to clean up, and what it said is passed on", async () => {
  const { bin, asked } = fakeOpenClaw({ "backup sqlite create": { ok: false, error: { message: "no room \u001b[31mleft" } }, "sessions cleanup": summary(1) });
  const ruled = jobContext(folder.path, now, { environment: { HOME: folder.path, PATH: bin }, config: { sessionStores: { openclawDatabase: true } } });
  await sessionStorePrune.run(ruled);
  await expect(async () => sessionStorePrune.run(ruled)).rejects.toThrow('OpenClaw did not do "backup sqlite create": no room');
  expect(asked().filter((each) => each.includes("--enforce"))).toEqual([]);
});

it("the inbox is taken into the knowledge base, a folder a project; what cannot be read is said once, until it changes", async () => {
  writeFileSync(join(folder.path, "paios.json"), '{ "kb": { "embeddings": { "provider": "none" } } }');
  const context = jobContext(folder.path, now);
  expect(await kbInbox.run(context)).toBe(`Nothing lies in ${folder.path}/inbox.`);
  mkdirSync(join(folder.path, "inbox/garden"));
  writeFileSync(join(folder.path, "inbox/plan.md"), "# Plan\n\nPaint the fence in spring.");
  writeFileSync(join(folder.path, "inbox/garden/roses.md"), "# Roses\n\nCut them in March.");
  writeFileSync(join(folder.path, "inbox/broken.pdf"), "%PDF-1.4 and no more");
  expect(await kbInbox.run(context)).toBe("2 of 3 files taken in, 1 could not be read; said so.");
  expect(await kbInbox.run(context)).toBe("0 of 3 files taken in.");
  expect(outbox()).toEqual([expect.stringMatching(/^1 file in the inbox could not be read \| broken\.pdf: /)]);
  const kb = openKb(folder.path);
  expect(kb.database.prepare("SELECT project, title, trust FROM article ORDER BY title").all()).toEqual([
    { project: "inbox", title: "Plan", trust: "external" },
    { project: "garden", title: "Roses", trust: "external" },
  ]);
  await closeKb(kb);
  writeFileSync(join(folder.path, "inbox/broken.pdf"), "%PDF-1.4 and a little more");
  expect(await kbInbox.run({ ...context, key: "later" })).toBe("0 of 3 files taken in, 1 could not be read; said so.");
});

it("maintenance tends what is there and names what is damaged; retention takes in and removes", async () => {
  closeObs(openObs(folder.path));
  expect(await databaseMaintenance.run(jobContext(folder.path, now))).toBe("1 databases tended.");
  expect(await obsRetention.run(jobContext(folder.path, now))).toBe("0 events taken in, 0 old ones removed.");
  writeFileSync(join(folder.path, "kb.sqlite"), "no database at all, and long enough to be looked at".repeat(100));
  await expect(async () => databaseMaintenance.run(jobContext(folder.path, now))).rejects.toThrow(/kb\.sqlite is damaged\. Nothing was deleted\./);
});
