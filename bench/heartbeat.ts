import { temporaryFolder } from "@paios/shared/testing/temporary";
import { type Claim, claimNext } from "../apps/heartbeat/src/claim.ts";
import { closeHeartbeat, type Heartbeat, openHeartbeat } from "../apps/heartbeat/src/heartbeat.ts";
import { history, listJobs } from "../apps/heartbeat/src/list.ts";
import { finish, freeCutRuns, renewLeases } from "../apps/heartbeat/src/settle.ts";
import { quantile } from "./measure.ts";
import { type BenchResult, type Row, row } from "./result.ts";

const jobs = 1_000;
const runs = 1_000_000;
const minuteMs = 60_000;
const start = Date.UTC(2026, 10, 21);

/** LOG-02: 1,000 jobs with 1,000,000 runs, five times as many as are ever kept; lists, claims and ends on that ledger. */
export async function bench(): Promise<BenchResult> {
  using folder = temporaryFolder("paios-bench-");
  const heartbeat = openHeartbeat(folder.path);
  fill(heartbeat);
  const rows: Row[] = [];
  const p95 = (name: string, times: number[], atMost?: number) => rows.push(row(`${name}, p95 of ${times.length}`, { unit: "ms", ours: quantile(times, 0.95), ...(atMost !== undefined && { target: { atMost } }) }));
  p95(`list ${jobs} jobs with ${runs} runs`, times(200, () => listJobs(heartbeat)), 10);
  p95("history of a job, 50 runs", times(200, (at) => history(heartbeat, `job-${at}`, 50)), 10);
  const claims: number[] = [];
  const ends: number[] = [];
  const names = new Set(Array.from({ length: jobs }, (_, n) => `job-${n}`));
  for (let n = 0; n < 1_000; n++) {
    const now = start + minuteMs + n;
    let claim: Claim | undefined;
    claims.push(...times(1, () => (claim = claimNext(heartbeat, { now, jobs: names }))));
    const claimed = claim;
    if (!claimed) throw new Error(`Nothing was due at ${n}`);
    ends.push(...times(1, () => finish(heartbeat, claimed, { state: "done", note: "done" }, now + 1)));
  }
  p95("claim and finish", claims.map((ms, at) => ms + (ends[at] ?? 0)), 1);
  p95("claim", claims);
  p95("finish, with the oldest runs pruned", ends);
  p95("a tick with nothing due", times(200, () => (renewLeases(heartbeat, start), freeCutRuns(heartbeat, { now: start, monotonic: 0, seen: new Map() }), claimNext(heartbeat, { now: start, jobs: names }))), 1);
  rows.push(row("ledger on disk", { unit: "MB", ours: (Number(heartbeat.database.pragma("page_count", { simple: true })) * 4_096) / 1_048_576 }));
  closeHeartbeat(heartbeat);
  return { name: "heartbeat", rows, notes: ["In process. All 1,000 jobs are due at once, the most that claiming can meet."] };
}

function fill({ database }: Heartbeat): void {
  database.exec(`
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${jobs - 1})
    INSERT INTO job(id, name, owner, tier, schedule, timezone, catch_up, next_at, created_ms, last_state, last_at, last_ms, last_note)
      SELECT i + 1, 'job-' || i, 'paios', 'hourly', '*/5 * * * *', 'Europe/Vienna', 'once', ${start}, ${start}, 'done', ${start}, 12, 'What it said the last time it ran.' FROM n;
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${runs - 1})
    INSERT INTO run(job, slot, state, attempt, started_ms, ended_ms, note)
      SELECT i % ${jobs} + 1, ${start} - (i / ${jobs} + 1) * 300000, 'done', 1, ${start}, ${start} + 12, 'What it said.' FROM n;
  `);
}

function times(count: number, work: (at: number) => unknown): number[] {
  return Array.from({ length: count }, (_, at) => {
    const started = performance.now();
    work(at);
    return performance.now() - started;
  });
}
