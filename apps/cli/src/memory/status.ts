import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Controls, controlsOf, mayRemember } from "@paios/hooks/controls";
import type { Kb } from "@paios/kb-server";
import { injectionsOf, type Whereabouts } from "@paios/kb-server/memory";
import { sql } from "@paios/shared/sqlite";
import { pluginFolder } from "../setup/plugin.ts";

export interface MemoryStatus extends Controls {
  /** Setup has made the plugin whose hooks do all this. */
  installed: boolean;
  here: { project: string; used: boolean };
  learnings: number;
  findings: number;
  projects: { project: string; count: number }[];
  injectedLately: number;
  /** What hooks handed over and nobody stored yet, and what nobody could. */
  waiting: number;
  failed: number;
}

export interface ShownInjection {
  time: string;
  session: string;
  client: string;
  project: string;
  event: string;
  id: number;
  title: string;
  score: number;
  reasons: string[];
}

const shownProjects = 5;
const latelyMs = 7 * 86_400_000;

export function memoryStatus({ database }: Kb, home: string, at: Whereabouts): MemoryStatus {
  const controls = controlsOf(home);
  const count = (where: string) => sql<number>(database, `SELECT count(*) FROM article WHERE state = 'live' AND ${where}`).pluck().get() ?? 0;
  const queue = join(home, "spool", "hooks");
  return {
    ...controls,
    installed: existsSync(pluginFolder({ home })),
    here: { project: at.project, used: at.project !== "" && mayRemember(controls, at) },
    learnings: count("type = 'learning'"),
    findings: count("type IN ('page', 'search', 'result', 'outcome')"),
    projects: sql<{ project: string; count: number }>(database, "SELECT project, count(*) AS count FROM article WHERE state = 'live' AND type = 'learning' GROUP BY project ORDER BY count DESC, project LIMIT ?").all(shownProjects),
    injectedLately: sql<number>(database, "SELECT count(*) FROM injection WHERE at_ms > ?").pluck().get(Date.now() - latelyMs) ?? 0,
    waiting: itemsIn(queue),
    failed: itemsIn(join(queue, "failed")),
  };
}

/** What was put into a session or the last ones, newest first. */
export function whyInjected({ database }: Kb, session: string | undefined, limit: number): ShownInjection[] {
  const title = sql<string>(database, "SELECT title FROM article WHERE id = ?").pluck();
  return injectionsOf({ database }, session, limit).map(({ articleId, atMs, ...injection }) => ({ ...injection, id: articleId, title: title.get(articleId) ?? "(gone)", time: new Date(atMs).toISOString() }));
}

function itemsIn(folder: string): number {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")).length : 0;
}
