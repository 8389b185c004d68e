import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseTree } from "jsonc-parser";
import { loadConfig as loadAnalyticsConfig, migrations as analyticsMigrations } from "@paios/analytics-server";
import { heartbeatConfig, migrations as heartbeatMigrations } from "@paios/heartbeat";
import { kbConfig, migrations as kbMigrations } from "@paios/kb-server";
import { macosConfig, migrations as macosMigrations } from "@paios/macos-server";
import { emitAddress, migrations as obsMigrations, obsConfig } from "@paios/obs-server";
import { askConfig, enginesConfig, migrations as routerMigrations, routerConfig } from "@paios/router-server";
import { readConfig } from "@paios/shared/config";

const { analyticsConfig } = await loadAnalyticsConfig();

/** The databases of this PAIOS, the schema each has, and the folder of its server. */
export const databases = [
  { name: "kb.sqlite", schema: kbMigrations.length, folder: "packages/kb-server" },
  { name: "observability.sqlite", schema: obsMigrations.length, folder: "packages/obs-server" },
  { name: "router.sqlite", schema: routerMigrations.length, folder: "packages/router-server" },
  { name: "analytics.sqlite", schema: analyticsMigrations.length, folder: "packages/analytics-server" },
  { name: "macos.sqlite", schema: macosMigrations.length, folder: "packages/macos-server" },
  { name: "heartbeat.sqlite", schema: heartbeatMigrations.length, folder: "apps/heartbeat" },
] as const;

/** Every sentence about paios.json that is not right, with file and line. */
export function settingsProblems(home: string): string[] {
  const problems = [readConfig(home, "kb", kbConfig), readConfig(home, "obs", obsConfig), readConfig(home, "emit", emitAddress), readConfig(home, "router", routerConfig), readConfig(home, "analytics", analyticsConfig), readConfig(home, "macos", macosConfig), readConfig(home, "heartbeat", heartbeatConfig), readConfig(home, "brains", askConfig), readConfig(home, "brains", enginesConfig)].flatMap((section) => section.problems);
  return [...new Set([...problems, ...unknownSections(join(home, "paios.json"))])];
}

/** "trace" belongs to every server. */
const sections = new Set(["kb", "obs", "emit", "router", "brains", "analytics", "macos", "heartbeat", "memory", "trace", "$schema"]);

function unknownSections(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  const keys = parseTree(text)?.children?.flatMap(({ type, children: [key] = [] }) => (type === "property" && key ? [key] : [])) ?? [];
  return keys.filter(({ value }) => !sections.has(String(value))).map(({ value, offset }) => `${path}:${text.slice(0, offset).split("\n").length}: "${String(value)}" is no section that PAIOS has; nothing reads it`);
}

/** What paios.json names beyond this process. */
export function configuredEndpoints(home: string): { name: string; url: string }[] {
  const { embeddings } = readConfig(home, "kb", kbConfig).value;
  const { local } = readConfig(home, "brains", enginesConfig).value;
  const { webhook } = readConfig(home, "obs", obsConfig).value.outbox;
  return [
    ...(embeddings.url !== undefined ? [{ name: "kb.embeddings.url", url: embeddings.url }] : []),
    ...(local.url !== undefined ? [{ name: "brains.local.url", url: local.url }] : []),
    ...(webhook ? [{ name: "obs.outbox.webhook.url", url: webhook.url }] : []),
  ];
}
