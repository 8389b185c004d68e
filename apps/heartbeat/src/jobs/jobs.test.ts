import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closeObs, openObs } from "@paios/obs-server";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { afterEach, beforeEach, expect, it } from "vitest";
import { jobContext } from "../testing/context.ts";
import { generateStore } from "../testing/session-store.ts";
import credentialExpiry from "./credential-expiry.ts";
import dailyHealthReport from "./daily-health-report.ts";
import databaseMaintenance from "./database-maintenance.ts";
import obsRetention from "./obs-retention.ts";
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

it("maintenance tends what is there and names what is damaged; retention takes in and removes", async () => {
  closeObs(openObs(folder.path));
  expect(await databaseMaintenance.run(jobContext(folder.path, now))).toBe("1 databases tended.");
  expect(await obsRetention.run(jobContext(folder.path, now))).toBe("0 events taken in, 0 old ones removed.");
  writeFileSync(join(folder.path, "kb.sqlite"), "no database at all, and long enough to be looked at".repeat(100));
  await expect(async () => databaseMaintenance.run(jobContext(folder.path, now))).rejects.toThrow(/kb\.sqlite is damaged\. Nothing was deleted\./);
});
