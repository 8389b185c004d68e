import { type Database, sql } from "@paios/shared/sqlite";
import { eventsOfTrace, type FoundEvent } from "./query.ts";
import { findTraces } from "./traces.ts";

/** A span or event with what ran inside it. */
export interface SpanNode {
  event: FoundEvent;
  children: SpanNode[];
}

export interface TraceTree {
  traceId: string;
  firstMs: number;
  lastMs: number;
  events: number;
  errors: number;
  score?: number;
  aliases: string[];
  /** Spans whose parent is not here: the root, and what a program of its own sent without the rest. */
  roots: SpanNode[];
  /** Whether there are more events than are shown. */
  cut: boolean;
}

const maxShownEvents = 500;
export const maxShownTraces = 20;

/** The traces that an id names, newest first, each as a tree. */
export function traceTrees(database: Database, id: string): TraceTree[] {
  return findTraces(database, id)
    .slice(0, maxShownTraces)
    .map((trace) => treeOf(database, trace));
}

interface TraceRow {
  trace_id: string;
  first_ms: number;
  last_ms: number;
  events: number;
  errors: number;
  score: number | null;
}

function treeOf(database: Database, trace: number): TraceTree {
  const { trace_id, first_ms, last_ms, events, errors, score } = sql<TraceRow>(database, "SELECT trace_id, first_ms, last_ms, events, errors, score FROM trace WHERE id = ?").get(trace) as TraceRow;
  const nodes = eventsOfTrace(database, trace, maxShownEvents).map((event): SpanNode => ({ event, children: [] }));
  const bySpan = new Map(nodes.map((node) => [node.event.spanId, node]));
  const roots = nodes.filter((node) => {
    const parent = bySpan.get(node.event.parentId ?? "");
    if (!parent || isInside(node, parent, bySpan)) return true;
    parent.children.push(node);
    return false;
  });
  return {
    traceId: trace_id,
    firstMs: first_ms,
    lastMs: last_ms,
    events,
    errors,
    ...(score !== null && { score }),
    aliases: sql<string>(database, "SELECT value FROM alias WHERE trace = ? LIMIT 50").pluck().all(trace),
    roots,
    cut: events > nodes.length,
  };
}

/** Whether `parent` itself stands below `node`: what foreign programs send may go in circles. */
function isInside(node: SpanNode, parent: SpanNode, bySpan: ReadonlyMap<string, SpanNode>): boolean {
  let steps = 0;
  for (let at: SpanNode | undefined = parent; at && steps++ < maxShownEvents; at = bySpan.get(at.event.parentId ?? "")) if (at === node) return true;
  return steps >= maxShownEvents;
}
