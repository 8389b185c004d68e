import { sql } from "@paios/shared/sqlite";
import { UserError } from "@paios/shared/errors";
import { parseCatchUp } from "./catch-up.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { type Job, isJobName } from "./job.ts";
import { parseSchedule } from "./schedule.ts";
import { type JobRow, ours } from "./store/rows.ts";

/** Names of jobs and how their files are loaded: each alone, so that one that fails is one that fails. */
export type JobTable = Record<string, () => Promise<{ default: Job }>>;

export interface Registry {
  /** Those that can run, by name. */
  jobs: Map<string, Job>;
  /** Why the others cannot, each one sentence. */
  problems: Map<string, string>;
}

interface Wanted {
  name: string;
  tier: Job["tier"];
  schedule: string;
  timezone: string;
  catchUp: string;
  enabled: boolean;
  everyMs: number | undefined;
  first: number | undefined;
  problem: string;
}

export interface LoadOptions {
  report?: (error: unknown) => void;
  /** Whoever does not run jobs by the schedule only adds what is missing: it may be of another version than the daemon. */
  addsOnly?: boolean;
}

/** Loads every job and brings the ledger in line with them. What is wrong with one stands in its row. */
export async function loadJobs(heartbeat: Heartbeat, table: JobTable, now: number, { report = () => {}, addsOnly = false }: LoadOptions = {}): Promise<Registry> {
  const registry: Registry = { jobs: new Map(), problems: new Map() };
  const wanted: Wanted[] = [];
  for (const [name, load] of Object.entries(table)) {
    const job = await loadOne(name, load, report);
    const row = typeof job === "string" ? broken(name, job) : planned(heartbeat, job, now);
    if (row.problem === "" && typeof job !== "string") registry.jobs.set(name, job);
    else registry.problems.set(name, row.problem);
    wanted.push(row);
  }
  const changes = addsOnly ? missing(heartbeat, wanted) : wanted;
  if (addsOnly ? changes.length > 0 : isBehind(heartbeat, wanted)) heartbeat.database.transaction(() => store(heartbeat, changes, { now, addsOnly })).immediate();
  return registry;
}

async function loadOne(name: string, load: JobTable[string], report: (error: unknown) => void): Promise<Job | string> {
  try {
    const { default: job } = await load();
    if (job.name !== name || !isJobName(name)) return `Its file does not define a job named ${name}. Correct it.`;
    return job;
  } catch (error) {
    report(error);
    return "Its file could not be loaded; the log has the reason. Correct it, or update PAIOS.";
  }
}

function planned({ config }: Heartbeat, job: Job, now: number): Wanted {
  const own = config.jobs[job.name];
  const timezone = own?.timezone ?? job.timezone ?? config.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const row = { name: job.name, tier: job.tier, schedule: own?.schedule ?? job.schedule, timezone, catchUp: job.catchUp, enabled: own?.enabled ?? true };
  try {
    parseCatchUp(job.catchUp);
    const schedule = parseSchedule(row.schedule, timezone, now);
    return { ...row, everyMs: schedule.everyMs, first: schedule.next(now), problem: "" };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...row, everyMs: undefined, first: undefined, problem: error.message };
  }
}

function broken(name: string, problem: string): Wanted {
  return { name, tier: "daily", schedule: "", timezone: "", catchUp: "once", enabled: true, everyMs: undefined, first: undefined, problem };
}

type Compared = Pick<JobRow, "name" | "tier" | "schedule" | "timezone" | "catch_up" | "problem" | "enabled" | "paused_reason">;

const offInSettings = "switched off in paios.json";

/** Whoever only lists does not write. */
function isBehind({ database }: Heartbeat, wanted: readonly Wanted[]): boolean {
  const rows = sql<Compared>(database, "SELECT name, tier, schedule, timezone, catch_up, problem, enabled, paused_reason FROM job WHERE owner = ?").all(ours);
  if (rows.length !== wanted.length) return true;
  const byName = new Map(rows.map((row) => [row.name, row]));
  return wanted.some((job) => {
    const row = byName.get(job.name);
    return !row || row.tier !== job.tier || row.schedule !== job.schedule || row.timezone !== job.timezone || row.catch_up !== job.catchUp || row.problem !== job.problem || isSwitched(row, job);
  });
}

/** What a person paused by command stays paused; only what the settings switched off, they switch on again. */
function isSwitched({ enabled, paused_reason }: Pick<JobRow, "enabled" | "paused_reason">, job: Wanted): boolean {
  return job.enabled ? enabled === 0 && paused_reason === offInSettings : enabled === 1;
}

function missing({ database }: Heartbeat, wanted: readonly Wanted[]): Wanted[] {
  return wanted.filter(({ name }) => sql(database, "SELECT 1 FROM job WHERE name = ?").get(name) === undefined);
}

function store({ database }: Heartbeat, wanted: readonly Wanted[], { now, addsOnly }: { now: number; addsOnly: boolean }): void {
  if (!addsOnly) sql(database, "DELETE FROM job WHERE owner = ? AND name NOT IN (SELECT value FROM json_each(?))").run(ours, JSON.stringify(wanted.map(({ name }) => name)));
  for (const job of wanted) {
    const row = sql<JobRow>(database, "SELECT * FROM job WHERE name = ?").get(job.name);
    if (addsOnly && row) continue;
    // A slot that passed while nothing ran stays due, as long as the schedule is the same.
    const kept = row && row.owner === ours && row.schedule === job.schedule && row.timezone === job.timezone && row.problem === "" && row.next_at !== null;
    const next = job.problem === "" ? (kept ? row.next_at : (job.first ?? null)) : null;
    const switched = row && isSwitched(row, job);
    const enabled = switched || !row ? (job.enabled ? 1 : 0) : row.enabled;
    const reason = switched || !row ? (job.enabled ? "" : offInSettings) : row.paused_reason;
    sql(
      database,
      `INSERT INTO job(name, owner, tier, schedule, timezone, catch_up, every_ms, next_at, enabled, paused_reason, problem, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT(name) DO UPDATE SET owner = excluded.owner, tier = excluded.tier, schedule = excluded.schedule, timezone = excluded.timezone, catch_up = excluded.catch_up,
         every_ms = excluded.every_ms, next_at = excluded.next_at, enabled = excluded.enabled, paused_reason = excluded.paused_reason, problem = excluded.problem, message = NULL, expires_ms = NULL`,
    ).run(job.name, ours, job.tier, job.schedule, job.timezone, job.catchUp, job.everyMs ?? null, next, enabled, reason, job.problem, now);
  }
}
