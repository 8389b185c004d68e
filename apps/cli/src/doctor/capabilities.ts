import { kbConfig, migrations as kbMigrations } from "@paios/kb-server";
import { emitAddress, migrations as obsMigrations, obsConfig } from "@paios/obs-server";
import { readConfig } from "@paios/shared/config";

/** The databases of this PAIOS and the schema each has. */
export const databases = [
  { name: "kb.sqlite", schema: kbMigrations.length },
  { name: "observability.sqlite", schema: obsMigrations.length },
] as const;

/** Every sentence about paios.json that is not right, with file and line. */
export function settingsProblems(home: string): string[] {
  const problems = [readConfig(home, "kb", kbConfig), readConfig(home, "obs", obsConfig), readConfig(home, "emit", emitAddress)].flatMap((section) => section.problems);
  return [...new Set(problems)];
}

/** What paios.json names beyond this process. */
export function configuredEndpoints(home: string): { name: string; url: string }[] {
  const { embeddings } = readConfig(home, "kb", kbConfig).value;
  const { webhook } = readConfig(home, "obs", obsConfig).value.outbox;
  return [
    ...(embeddings.url !== undefined ? [{ name: "kb.embeddings.url", url: embeddings.url }] : []),
    ...(webhook ? [{ name: "obs.outbox.webhook.url", url: webhook.url }] : []),
  ];
}
