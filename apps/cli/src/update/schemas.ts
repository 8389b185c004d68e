import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import { run } from "@paios/shared/process";
import { UserError } from "@paios/shared/errors";
import { backup, listBackups, restore } from "@paios/shared/sqlite";
import { databases } from "../doctor/capabilities.ts";
import type { Machine } from "../setup/machine.ts";

const timeoutMs = 30_000;

/** The schema that the built code in the checkout knows for each database: not that of this process, which may be older or newer. Throws UserError("unavailable") for a build that does not load: no schema is guessed. */
export async function builtSchemas(machine: Machine): Promise<Map<string, number>> {
  const schemas = new Map<string, number>();
  for (const { name, folder } of databases) {
    const library = join(machine.repository, folder, "dist", "library.js");
    const source = `import { migrations } from ${JSON.stringify(pathToFileURL(library).href)}; console.log(migrations.length);`;
    const { code, stdout } = await run({ command: machine.node, args: ["--input-type=module", "-e", source], timeoutMs, outputBytes: 10_000, env: machine.env });
    const schema = Number(stdout.toString("utf8"));
    if (code !== 0 || !(schema > 0)) throw new UserError("unavailable", `${library} does not load, so the schema of ${name} is not known. Run pnpm build, then the same again.`);
    schemas.set(name, schema);
  }
  return schemas;
}

/** The databases in the home whose schema the built code does not know, because a newer one migrated them. */
export function tooNew(home: string, schemas: ReadonlyMap<string, number>): string[] {
  return [...schemas].filter(([name, schema]) => existsSync(join(home, name)) && versionOf(join(home, name)) > schema).map(([name]) => join(home, name));
}

/**
 * Puts back the copies that the migrations made, for databases that are too new. What is there now is backed up first.
 * Returns the databases, each with the copy it came from; `undefined` where there is none.
 */
export async function restoreMigrated(home: string, schemas: ReadonlyMap<string, number>): Promise<{ path: string; from: string | undefined }[]> {
  const restored: { path: string; from: string | undefined }[] = [];
  for (const path of tooNew(home, schemas)) {
    const known = schemas.get(basename(path)) ?? 0;
    const from = listBackups(path).find((copy) => copy.path.includes("-before-schema-") && versionOf(copy.path) <= known)?.path;
    if (from !== undefined) {
      backup(path, "before-rollback");
      await restore(path, from);
    }
    restored.push({ path, from });
  }
  return restored;
}

function versionOf(path: string): number {
  const database = new Database(path, { readonly: true, timeout: 5_000 });
  try {
    return Number(database.pragma("user_version", { simple: true }));
  } finally {
    database.close();
  }
}
