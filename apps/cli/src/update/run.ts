import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { applyChanges, planChanges, rollback } from "@paios/shared/change";
import { UserError } from "@paios/shared/errors";
import { run } from "@paios/shared/process";
import { setAside } from "@paios/shared/sqlite";
import type { Output } from "../output.ts";
import { type Machine, thisMachine } from "../setup/machine.ts";
import { readRecord, registeredClients } from "../setup/record-file.ts";
import type { SetupOutcome } from "../setup/apply.ts";
import { buildAside, installDependencies } from "./build.ts";
import { builtSchemas, restoreMigrated } from "./schemas.ts";
import { verifyServers } from "./verify.ts";

export interface UpdateOptions {
  /** Whether dependencies are brought first. */
  install: boolean;
}

export interface Updated {
  /** The change's id, for ai rollback; undefined when the build was up to date. */
  id: string | undefined;
  files: number;
  /** Schema by database, before and after. */
  schemas: { database: string; before: number; after: number }[];
  /** What setup said, when it ran before in this home. */
  setup: Pick<SetupOutcome, "id" | "changed" | "live"> | undefined;
}

const verifyMs = 120_000;
const setupMs = 180_000;

/** Install, build aside, put in place, migrate, verify, register again; when any of it fails, all of it is undone. */
export async function update({ install }: UpdateOptions, output: Output, signal: AbortSignal): Promise<Updated> {
  const machine = thisMachine();
  const bar = output.progress("Building");
  try {
    if (install) await installDependencies(machine, signal);
    const before = await builtSchemas(machine);
    const planned = planChanges(await buildAside(machine, bar.update, signal));
    signal.throwIfAborted();
    const absent = [...before.keys()].map((name) => join(machine.home, name)).filter((path) => !statSync(path, { throwIfNoEntry: false })?.size);
    const undoDatabases = (error: unknown) => putDatabasesBack(machine.home, before, absent, error);
    const { id } = await applyChanges(machine.home, planned, { what: "update", probe: () => verifyServers(machine), probeTimeoutMs: verifyMs }).catch(undoDatabases);
    const setup = await registerAgain(machine, signal).catch(async (error: unknown) => {
      if (id !== undefined) await rollback(machine.home, id);
      return undoDatabases(error);
    });
    const after = await builtSchemas(machine);
    const schemas = [...before].map(([database, schema]) => ({ database, before: schema, after: after.get(database) ?? schema }));
    return { id, files: planned.changes.length, schemas, setup };
  } finally {
    bar.end();
  }
}

/** Throws `error`, with what could not be put back. */
async function putDatabasesBack(home: string, before: ReadonlyMap<string, number>, absent: readonly string[], error: unknown): Promise<never> {
  try {
    // One that the check made has no copy, and the build that is back could not open it.
    for (const { path, from } of await restoreMigrated(home, before)) if (from === undefined && absent.includes(path)) setAside(path);
  } catch (second) {
    if (error instanceof UserError && second instanceof UserError) throw new UserError(error.code, `${error.message} A database could not be put back: ${second.message}`, { cause: error });
  }
  throw error;
}

/** By the command just built: it knows best what the new version registers and which hooks it trusts. */
async function registerAgain(machine: Machine, signal: AbortSignal): Promise<Updated["setup"]> {
  const main = join(machine.repository, "apps", "cli", "dist", "main.js");
  const record = readRecord(machine.files.record);
  if (!record || !existsSync(main)) return undefined;
  const clients = registeredClients(machine.files, record).flatMap((name) => ["--client", name === "openclaw" ? "gateway" : name]);
  const { code, stdout } = await run({ command: machine.node, args: [main, "--json", "setup", "--yes", ...clients], env: machine.env, timeoutMs: setupMs, outputBytes: 10_000_000, signal });
  const said = parse(stdout.toString("utf8"));
  if (code !== 0 || !said.live) throw new UserError("unavailable", `The new version could not register itself, so the update was undone: ${said.error?.message ?? `setup ended with code ${code}`}`);
  return { id: said.id, changed: said.changed ?? [], live: said.live };
}

function parse(text: string): Partial<SetupOutcome> & { error?: { message: string } } {
  try {
    return JSON.parse(text) as Partial<SetupOutcome>;
  } catch {
    return {};
  }
}
