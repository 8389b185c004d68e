import { UserError } from "@paios/shared/errors";
import { sql } from "@paios/shared/sqlite";
import type { BrainName } from "../brain.ts";
import { type Switchboard, writing } from "./switchboard.ts";

/** Micro-dollars; no cap where undefined. */
export interface Cap {
  dayMicros?: number | undefined;
  taskMicros?: number | undefined;
}

/** Micro-dollars. A day is the person's calendar day; `left` is undefined where there is no cap. */
export interface Spending {
  dayMicros: number;
  taskMicros: number;
  dayLeftMicros: number | undefined;
  taskLeftMicros: number | undefined;
}

/** One run's share of the caps, counted from before it begins. */
export interface Reservation {
  /** What the run says it cost so far. Returns the refusal that should end it once a cap is reached. */
  note: (costMicros: number | undefined) => UserError | undefined;
  /** The run is over: what it cost in all, or what was noted last. */
  settle: (costMicros: number | undefined) => void;
}

/** A run counts as what the last ones of its brain cost on average until it says otherwise. */
const learntFrom = 20;
const keptDays = 40;

/**
 * Reserves what a run is likely to cost. Throws `UserError("refused")` when that would pass a cap: runs under way in
 * other processes count, and one that was killed counts as reserved.
 */
export function reserve(board: Switchboard, { task, brain }: { task: string; brain: BrainName }): Reservation {
  const { database } = board;
  const id = writing(board, () => {
    const likely = likelyCost(board, brain);
    // Where nothing is known, a run costs at least something.
    const refusal = refusalAt(board, task, likely ?? 1);
    if (refusal) throw refusal;
    const today = dayOf(board.clock.now());
    sql(database, "DELETE FROM spend WHERE day < ?").run(dayOf(board.clock.now() - keptDays * 86_400_000));
    return sql(database, "INSERT INTO spend (day, task, brain, micros, state) VALUES (?, ?, ?, ?, 'reserved')").run(today, task, brain, likely ?? 0).lastInsertRowid;
  });
  let noted = 0;
  const set = (micros: number, state: "reserved" | "spent") => sql(database, "UPDATE spend SET micros = ?, state = ? WHERE id = ?").run(Math.ceil(micros), state, id);

  function note(costMicros: number | undefined): UserError | undefined {
    if (costMicros === undefined || costMicros <= noted) return undefined;
    noted = costMicros;
    return writing(board, () => {
      set(noted, "reserved");
      return refusalAt(board, task, 0);
    });
  }

  return { note, settle: (costMicros) => void writing(board, () => set(costMicros ?? noted, "spent")) };
}

export function spending({ database, clock, cap }: Switchboard, task: string): Spending {
  const sum = (column: "day" | "task", value: string) => sql<{ micros: number }>(database, `SELECT coalesce(sum(micros), 0) AS micros FROM spend WHERE ${column} = ?`).get(value)?.micros ?? 0;
  const dayMicros = sum("day", dayOf(clock.now()));
  const taskMicros = sum("task", task);
  const left = (limit: number | undefined, spent: number) => (limit === undefined ? undefined : Math.max(0, limit - spent));
  return { dayMicros, taskMicros, dayLeftMicros: left(cap.dayMicros, dayMicros), taskLeftMicros: left(cap.taskMicros, taskMicros) };
}

/** Micro-dollars of a brain today, runs under way included. */
export function spentToday({ database, clock }: Switchboard, brain: BrainName): number {
  return sql<{ micros: number }>(database, "SELECT coalesce(sum(micros), 0) AS micros FROM spend WHERE day = ? AND brain = ?").get(dayOf(clock.now()), brain)?.micros ?? 0;
}

function refusalAt(board: Switchboard, task: string, next: number): UserError | undefined {
  const { cap } = board;
  const { dayMicros, taskMicros, dayLeftMicros, taskLeftMicros } = spending(board, task);
  const said = (left: number | undefined) => `${dollars(left ?? 0)} is left${next > 1 ? ` and a run costs about ${dollars(next)}` : ""}`;
  if (cap.dayMicros !== undefined && dayMicros + next > cap.dayMicros) {
    return new UserError("refused", `Today's spending cap of ${dollars(cap.dayMicros)} would be passed: ${said(dayLeftMicros)}. Raise the cap in paios.json, or ask again tomorrow.`);
  }
  if (cap.taskMicros !== undefined && taskMicros + next > cap.taskMicros) {
    return new UserError("refused", `The spending cap of ${dollars(cap.taskMicros)} a task would be passed: ${said(taskLeftMicros)}. Raise the cap in paios.json, or split the task.`);
  }
  return undefined;
}

function likelyCost({ database }: Switchboard, brain: BrainName): number | undefined {
  const costs = sql<{ micros: number }>(database, "SELECT micros FROM spend WHERE brain = ? AND state = 'spent' ORDER BY id DESC LIMIT ?").all(brain, learntFrom);
  return costs.length === 0 ? undefined : Math.ceil(costs.reduce((sum, { micros }) => sum + micros, 0) / costs.length);
}

function dayOf(time: number): string {
  const date = new Date(time);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function dollars(micros: number): string {
  return `$${(micros / 1_000_000).toFixed(micros >= 10_000 || micros === 0 ? 2 : 4)}`;
}
