import { loadJobs } from "../../apps/heartbeat/src/registry.ts";
import { closeHeartbeat, openHeartbeat } from "../../apps/heartbeat/src/heartbeat.ts";
import { Place } from "./rig.ts";

const jobs = { way: "due", schedule: "0 3 * * *", catchUp: "once" } as const;

interface Killed {
  /** At how many writes it was killed. */
  kills: number;
  wrong: string[];
}

/**
 * A slot that is due, and the process killed −9 at its first, second, … write to the ledger (or each so many), until it gets through.
 * After each kill another process runs what is due: the slot is in the ledger once and done, every attempt had its key.
 */
export async function killAtEachWrite(folder: string, step = 1, most = 200): Promise<Killed> {
  const wrong: string[] = [];
  let kills = 0;
  for (let write = 1; write <= most; write += step) {
    const place = new Place(`${folder}/write-${write}`);
    const slot = await dueSlot(place);
    const inject = ["strace", "-f", "-o", "/dev/null", "-P", `${place.home}/heartbeat.sqlite-wal`, "-P", `${place.home}/heartbeat.sqlite`, "-e", "trace=pwrite64,fdatasync,fsync,ftruncate", "-e", `inject=pwrite64,fdatasync,fsync,ftruncate:signal=KILL:when=${write}`];
    const killed = await place.start(jobs, inject).ended;
    if (killed.code === 0) return { kills, wrong };
    kills++;
    const again = await place.start(jobs).ended;
    if (again.code !== 0) wrong.push(`write ${write}: the next process ended with ${again.code}: ${again.stderr}`);
    wrong.push(...faults(place, slot).map((fault) => `write ${write}: ${fault}`));
  }
  return { kills, wrong: [...wrong, `not through after ${most} writes`] };
}

/** The ledger of a machine that was off at the job's time. */
async function dueSlot({ home }: Place): Promise<number> {
  const heartbeat = openHeartbeat(home);
  const slot = Date.UTC(2026, 10, 20, 3);
  const job = { name: "job-0", about: "", tier: "hourly", timezone: "UTC", timeoutMs: 1, retries: 0, run: () => "", ...jobs } as const;
  await loadJobs(heartbeat, { "job-0": async () => ({ default: job }) }, slot - 1);
  closeHeartbeat(heartbeat);
  return slot;
}

function faults(place: Place, slot: number): string[] {
  const found: string[] = [];
  const runs = place.query<{ slot: number; state: string; attempt: number }>("SELECT slot, state, attempt FROM run WHERE state <> 'skipped' ORDER BY slot");
  const [run] = runs;
  if (runs.length !== 1 || run?.state !== "done") found.push(`the ledger has ${JSON.stringify(runs)}`);
  if (run && run.slot < slot) found.push(`an older slot ran: ${run.slot}`);
  const effects = place.effects();
  const key = run ? `job-0@${new Date(run.slot).toISOString()}` : "";
  if (effects.length === 0 || effects.some((effect) => effect.key !== key)) found.push(`it ran as ${JSON.stringify(effects)}`);
  if (effects.at(-1)?.attempt !== run?.attempt || new Set(effects.map(({ attempt }) => attempt)).size !== effects.length) found.push(`attempts ${JSON.stringify(effects)} against ${run?.attempt}`);
  if (JSON.stringify(place.query("PRAGMA integrity_check")) !== '[{"integrity_check":"ok"}]') found.push("the ledger is damaged");
  return found;
}
