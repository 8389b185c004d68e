import { temporaryFolder } from "@paios/shared/testing/temporary";
import { killImports, killMigrations } from "../storage/kill-nine.ts";

const rounds = 200;

/** 200 imports and 200 migrations, each killed −9 at a random moment: nothing acknowledged is lost, all of them complete. */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  using imports = temporaryFolder();
  using migrations = temporaryFolder();
  const importing = await killImports(imports.path, rounds, 3_000, 42);
  const migrating = await killMigrations(migrations.path, rounds, 42);
  const wrong = [...importing.wrong, ...migrating.wrong];
  if (wrong.length > 0) throw new Error(`${wrong.length} things went wrong:\n${wrong.slice(0, 20).join("\n")}`);
  return { figures: { importRounds: rounds, importsKilledAtWork: importing.killed, migrationRounds: rounds, migrationsKilledAtWork: migrating.killed } };
}
