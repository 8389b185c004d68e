import { UserError } from "@paios/shared/errors";
import type { Job } from "./job.ts";
import type { Registry } from "./registry.ts";
import { reminder } from "./reminder.ts";
import type { JobRow } from "./store/rows.ts";

/** What a row of the ledger runs: a job of the table, or the message of an added one. */
export function findJob({ jobs, problems }: Registry, row: Pick<JobRow, "name" | "message" | "owner">): Job {
  if (row.message !== null) return reminder(row.name, row.owner, row.message);
  const job = jobs.get(row.name);
  if (!job) throw new UserError("config", problems.get(row.name) ?? "This PAIOS has no such job. Update it.");
  return job;
}
