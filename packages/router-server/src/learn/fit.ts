import { type Database, sql } from "@paios/shared/sqlite";
import { featuresOf } from "../classify/features.ts";
import type { Delta } from "../classify/model.ts";
import { segment } from "../classify/segment.ts";
import type { Router } from "../router.ts";
import { unpackFeatures } from "../store/features.ts";
import { storeWeights, type WeightsFacts } from "../store/weights.ts";
import golden from "../../golden.json" with { type: "json" };
import { accuracy, type FeedbackRow, learn } from "./learn.ts";

export interface FitOutcome {
  /** Undefined when nothing was learned. */
  version: string | undefined;
  /** Why it is in use, or is not. */
  reason: string;
  facts: WeightsFacts;
}

const fewest = 5;
const dayMs = 86_400_000;
const strengths = [1, 0.7, 0.5, 0.35, 0.25, 0.15];

/**
 * Learns from all feedback there is, the latest of each decision, at most so many rows a day. A fifth is kept aside. The
 * new version is used only if neither the golden set nor that fifth gets worse; otherwise it is kept as a candidate.
 */
export function fit(router: Router, now: number): FitOutcome {
  const { database, weights, config } = router;
  const rows = feedbackRows(database, config.feedbackRowsPerDay);
  const reserved = rows.filter(({ decision }) => decision % 5 === 0);
  const used = rows.filter(({ decision }) => decision % 5 !== 0);
  const before = router.active().delta;
  const tests = goldenRows();
  const aside = reserved.flatMap((row) => (wantedOf(row) === undefined ? [] : [{ features: row.features, brain: wantedOf(row) ?? "" }]));
  // Half of the golden set is rehearsed, and all of it judges.
  const learned = learn(weights, used, tests.filter((_, at) => at % 2 === 0));
  const judge = (delta: Delta): WeightsFacts => ({
    rows: used.length,
    goldenBefore: accuracy(weights, tests, before),
    goldenAfter: accuracy(weights, tests, delta),
    reservedRows: aside.length,
    reservedBefore: accuracy(weights, aside, before),
    reservedAfter: accuracy(weights, aside, delta),
  });
  // As much of what was learned as the golden set bears.
  const tried = strengths.map((strength) => {
    const delta = new Map([...learned].map(([place, change]) => [place, change * strength]));
    return { delta, facts: judge(delta) };
  });
  const chosen = tried.find(({ facts: each }) => !isWorse(each)) ?? tried[0];
  const { delta, facts } = chosen ?? { delta: learned, facts: judge(learned) };
  if (used.length < fewest) return { version: undefined, reason: `Only ${used.length} pieces of feedback to learn from; it begins at ${fewest}.`, facts };
  const worse = isWorse(facts);
  const version = `${weights.version}+${new Date(now).toISOString().replace(/[:.]/g, "-")}`;
  storeWeights(database, { version, base: weights.version, created: now, state: worse ? "candidate" : "active", facts, delta });
  router.reload();
  return { version, reason: worse ? "It does worse on the golden set or on the feedback kept aside, so it is only a candidate." : "It does no worse on the golden set and on the feedback kept aside, so it is in use.", facts };
}

function isWorse({ goldenBefore, goldenAfter, reservedBefore, reservedAfter }: WeightsFacts): boolean {
  return goldenAfter < goldenBefore || reservedAfter < reservedBefore;
}

interface StoredRow extends FeedbackRow {
  decision: number;
}

function feedbackRows(database: Database, perDay: number): StoredRow[] {
  const rows = sql<{ id: number; brain: string; category: string; features: Buffer; score: number; correct_brain: string | null; day: number }>(
    database,
    `SELECT d.id, d.brain, d.category, d.features, f.score, f.correct_brain, f.time_ms / ${dayMs} AS day FROM feedback f JOIN decision d ON d.id = f.decision_id
     WHERE d.override IS NULL AND f.id = (SELECT max(id) FROM feedback WHERE decision_id = d.id) ORDER BY f.id`,
  ).all();
  const byDay = new Map<number, number>();
  return rows.flatMap(({ id, brain, category, features, score, correct_brain: correct, day }) => {
    const count = (byDay.get(day) ?? 0) + 1;
    byDay.set(day, count);
    return count > perDay ? [] : [{ decision: id, brain, category, features: unpackFeatures(features), score, correctBrain: correct ?? undefined }];
  });
}

/** Who should have had it, where feedback says so. */
function wantedOf({ brain, score, correctBrain }: FeedbackRow): string | undefined {
  return correctBrain ?? (score >= 4 ? brain : undefined);
}

function goldenRows(): { features: ReturnType<typeof featuresOf>; brain: string }[] {
  return (golden as { task: string; brain: string }[]).map(({ task, brain }) => ({ features: featuresOf(segment(task), []), brain }));
}
