import { severities, type Finding } from "./findings.ts";

export interface MergedFinding extends Finding {
  /** Who found it. */
  engines: string[];
}

const nearLines = 3;
const alike = 0.22;
const certain = 0.97;

/**
 * One finding a defect: the same place, and words that mean the same. Titles alone never merge. Agreement raises
 * confidence; the worse severity stands. Agreements come first, then the worst.
 */
export function mergeFindings(byEngine: readonly { engine: string; findings: readonly Finding[] }[]): MergedFinding[] {
  const merged: MergedFinding[] = [];
  for (const { engine, findings } of byEngine) {
    for (const finding of findings) {
      const same = merged.find((other) => !other.engines.includes(engine) && isSame(other, finding));
      if (same) join(same, finding, engine);
      else merged.push({ ...finding, engines: [engine] });
    }
  }
  return merged.toSorted((a, b) => b.engines.length - a.engines.length || severities.indexOf(a.severity) - severities.indexOf(b.severity) || b.confidence - a.confidence);
}

function isSame(a: Finding, b: Finding): boolean {
  if (a.file !== "" && b.file !== "" && fileName(a.file) !== fileName(b.file)) return false;
  const placed = a.lines.length > 0 && b.lines.length > 0;
  const likeness = similarity(meaningOf(a), meaningOf(b));
  if (placed && !isNear(a.lines, b.lines)) return false;
  return likeness >= (placed ? alike : alike * 2);
}

function join(into: MergedFinding, other: Finding, engine: string): void {
  into.engines.push(engine);
  if (severities.indexOf(other.severity) < severities.indexOf(into.severity)) into.severity = other.severity;
  if (other.confidence > into.confidence && other.detail !== "") Object.assign(into, { title: other.title, detail: other.detail, recommendation: other.recommendation || into.recommendation });
  into.confidence = Math.min(certain, 1 - (1 - into.confidence) * (1 - other.confidence));
}

function isNear(a: readonly number[], b: readonly number[]): boolean {
  const [startA = 0, endA = startA] = a;
  const [startB = 0, endB = startB] = b;
  return startA - nearLines <= endB && startB - nearLines <= endA;
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).toLowerCase();
}

const empty = new Set("the a an and or of in on to is are be with for it its this that not no can may will when if as by from at into which has have was were does do than then".split(" "));

function meaningOf({ title, detail }: Finding): Set<string> {
  const words = `${title} ${title} ${detail}`.toLowerCase().split(/[^\p{L}\p{N}_]+/u);
  return new Set(words.filter((word) => word.length > 2 && !empty.has(word)).map((word) => word.replace(/(ing|ed|es|s)$/, "").slice(0, 8)));
}

/** Of the smaller set, the share that the other has. */
function similarity(a: Set<string>, b: Set<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / Math.max(1, Math.min(a.size, b.size));
}
