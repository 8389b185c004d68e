import { basename } from "node:path";
import { extract } from "../../apps/hooks/src/learn/extract.ts";
import { placeOf, projectOf } from "../../apps/hooks/src/project.ts";
import type { Turn } from "../../apps/hooks/src/transcript/turn.ts";
import { type Memory, recallForOpening, recallForPrompt, type RecentWork, type Whereabouts } from "../../packages/kb-server/src/memory.ts";
import { rememberLearning } from "../../packages/kb-server/src/memory/remember.ts";
import type { MemoryWeights } from "../../packages/kb-server/src/memory/weights.ts";
import { fresh } from "./fresh.ts";
import { openings } from "./openings.ts";
import { projects, type Session, sessions } from "./sessions.ts";
import { unrelated } from "./unrelated.ts";

type Half = "tune" | "reported";

export interface Judgement {
  /** Of the openings that one earlier session is right for: among the three put in at the start, and after the first prompt. */
  atStart: number;
  withPrompt: number;
  /** Of those that nothing is right for: nothing was put in. */
  unrelatedSilent: number;
  /** Of the prompts that begin something new in a known project: none brought an earlier session. */
  freshSilent: number;
  wrong: string[];
}

const now = Date.UTC(2026, 10, 21, 12);
const dayMs = 86_400_000;

/** Stores what each session learned, as the hook does at its end. Returns article ids by session. */
export function learnAll(memory: Memory): Map<string, number> {
  return new Map(
    sessions.map((session) => {
      const { folder, remote = "" } = projectById(session.project);
      const learned = extract(turnsOf(session), folder);
      if (!learned) throw new Error(`Nothing was learned in ${session.id}`);
      const { title, text, files, commits, external } = learned;
      const place = { folder, remote: placeOf(remote), branch: session.branch, files, commits };
      const { id } = rememberLearning(memory, { title, text, client: session.client, session: session.id, transcript: `/transcripts/${session.id}.jsonl`, project: projectOf(folder, placeOf(remote)), tags: ["session"], external, traceId: "0".repeat(32), place }, now - session.daysAgo * dayMs);
      return [session.id, id];
    }),
  );
}

export function judge(memory: Memory, ids: ReadonlyMap<string, number>, half: Half, weights?: MemoryWeights): Judgement {
  const wrong: string[] = [];
  const names = new Map([...ids].map(([session, id]) => [id, session]));
  const ask = (at: Whereabouts & RecentWork, prompt: string) => {
    const start = recallForOpening(memory, at, 3, now, weights).map(({ id }) => id);
    const later = at.project === "" ? [] : recallForPrompt(memory, at, prompt, new Set(start), now, weights).map(({ id }) => id);
    return { start, later, all: [...start, ...later] };
  };
  const shown = (found: readonly number[]) => found.map((id) => names.get(id) ?? `#${id}`).join(" ");
  const share = <T extends { half: Half; id: string }>(cases: readonly T[], holds: (each: T) => boolean) => {
    const asked = cases.filter((each) => each.half === half);
    return asked.filter(holds).length / asked.length;
  };
  const related = openings.map((opening) => ({ ...opening, found: ask({ ...placeIn(opening.project, opening.branch), commits: opening.commits, files: opening.files }, opening.prompt), right: opening.right.map((id) => ids.get(id) ?? 0) }));
  for (const { id, half: of, found, right } of related) if (of === half && !right.some((each) => found.start.includes(each))) wrong.push(`${id} wants ${shown(right)}, got ${shown(found.start)} then ${shown(found.later)}`);
  return {
    wrong,
    atStart: share(related, ({ found, right }) => right.some((id) => found.start.includes(id))),
    withPrompt: share(related, ({ found, right }) => right.some((id) => found.all.includes(id))),
    unrelatedSilent: share(unrelated, ({ id, folder, remote = "", branch, commits, files, prompt }) => {
      const found = ask({ project: isEverywhere(folder) ? "" : projectOf(folder, placeOf(remote)), remote: placeOf(remote), folder, branch, commits, files }, prompt);
      if (found.all.length > 0) wrong.push(`${id} got ${shown(found.all)}`);
      return found.all.length === 0;
    }),
    freshSilent: share(fresh, ({ id, project, branch, prompt }) => {
      const { later } = ask({ ...placeIn(project, branch), commits: [], files: [] }, prompt);
      if (later.length > 0) wrong.push(`${id} got ${shown(later)}: ${prompt}`);
      return later.length === 0;
    }),
  };
}

function turnsOf({ turns }: Session): Turn[] {
  return turns.map((turn): Turn => ("edits" in turn ? { ...turn, added: "" } : "runs" in turn ? { ...turn, failed: turn.failed ?? false } : turn));
}

function placeIn(project: string, branch: string): Whereabouts {
  const { folder, remote = "" } = projectById(project);
  return { project: projectOf(folder, placeOf(remote)), remote: placeOf(remote), folder, branch };
}

function projectById(id: string) {
  const found = projects.find((project) => project.id === id);
  if (!found) throw new Error(`There is no project ${id}`);
  return found;
}

/** As the hook sees it: homes and folders for all kinds of things are nobody's project. */
function isEverywhere(folder: string): boolean {
  return ["/tmp", "/home/ada", "/home", "/", "/root"].includes(folder) || basename(folder) === "";
}
