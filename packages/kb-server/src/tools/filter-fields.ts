import { UserError } from "@paios/shared/errors";
import * as z from "zod";
import { normalTags } from "../add.ts";
import type { Filter } from "../rank/filter.ts";

export const articleTypes = ["note", "learning", "document", "page", "transcript"] as const;

/** The input fields that narrow a search or a list. */
export const filterFields = {
  project: z.string().max(200).optional(),
  origin: z.string().max(60).optional().describe("claude, person …"),
  type: z.enum(articleTypes).optional(),
  tags: z.array(z.string().max(60)).max(10).optional(),
  since: z.string().max(40).optional(),
  until: z.string().max(40).optional(),
};

interface FilterInput {
  project?: string | undefined;
  origin?: string | undefined;
  type?: string | undefined;
  tags?: string[] | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

export function toFilter({ since, until, project, origin, type, tags }: FilterInput): Filter {
  return { project, origin, type, tags: tags && normalTags(tags), sinceMs: time(since, "since"), untilMs: time(until, "until") };
}

function time(text: string | undefined, field: string): number | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new UserError("bad_input", `${field} is not a date. Write it as 2026-11-21 or 2026-11-21T10:00:00Z.`);
  return ms;
}
