import { temporaryFolder } from "@paios/shared/testing/temporary";
import type { TraceEvent } from "@paios/shared/trace";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeObs, type Obs, openObs } from "../obs.ts";
import { addScore } from "../score.ts";
import { appendIntake, drain } from "../store/drain.ts";
import { fillText } from "../store/text.ts";
import { countEvents, type EventFilter, findEvents, type Place } from "./query.ts";
import { traceTrees } from "./tree.ts";

const start = Date.now() - 3_600_000;
const folder = temporaryFolder();
let obs: Obs;
const all: (TraceEvent & { score?: number })[] = [];

/** 2,000 events of 400 traces with everything that can be asked for, spread so that all combinations occur. */
beforeAll(() => {
  obs = openObs(folder.path);
  for (let at = 0; at < 2_000; at++) {
    const trace = Math.floor(at / 5);
    all.push({
      traceId: (trace + 1).toString(16).padStart(32, "0"),
      spanId: (at + 1).toString(16).padStart(16, "0"),
      ...(at % 5 > 0 && { parentId: (trace * 5 + 1).toString(16).padStart(16, "0") }),
      time: start + Math.floor(at / 3) * 1_000,
      category: ["mcp", "database", "job"][at % 3] ?? "",
      action: `action ${at % 7}`,
      service: ["kb", "obs"][at % 2] ?? "",
      status: at % 11 === 0 ? "error" : "ok",
      durationMs: at % 13,
      metadata: { note: `word${at % 17}`, ...(at % 5 === 0 && { "session.id": `session ${trace % 40}`, "gen_ai.tool.call.id": `call ${trace}` }) },
    });
  }
  appendIntake(obs, all);
  drain(obs, 60_000);
  for (let trace = 0; trace < 400; trace += 4) {
    const traceId = (trace + 1).toString(16).padStart(32, "0");
    const score = (trace % 5) + 1;
    addScore(obs, { traceId, score, source: "test", comment: "" }, start);
    for (const each of all) if (each.traceId === traceId) each.score = score;
  }
  fillText(obs, 60_000);
});

afterAll(() => {
  closeObs(obs);
  folder[Symbol.dispose]();
});

/** The same question answered by going through everything. */
function expected({ traceId, sinceMs, untilMs, minScore, maxScore, text, ...fields }: EventFilter): string[] {
  const session = (event: TraceEvent) => `session ${(Math.floor((Number.parseInt(event.spanId, 16) - 1) / 5)) % 40}`;
  return all
    .filter((event) => traceId === undefined || event.traceId === traceId || session(event) === traceId)
    .filter((event) => Object.entries(fields).every(([field, value]) => value === undefined || event[field as "service"] === value))
    .filter(({ time }) => time >= (sinceMs ?? 0) && time < (untilMs ?? Infinity))
    .filter(({ score }) => (minScore === undefined && maxScore === undefined) || (score !== undefined && score >= (minScore ?? 1) && score <= (maxScore ?? 5)))
    .filter(({ metadata }) => text === undefined || metadata["note"] === text)
    .map(({ spanId, time }) => ({ spanId, time }))
    .sort((a, b) => (text === undefined ? b.time - a.time : 0) || (a.spanId < b.spanId ? 1 : -1))
    .map(({ spanId }) => spanId);
}

const filters: EventFilter[] = [
  {},
  { category: "database" },
  { action: "action 3" },
  { service: "kb", status: "error" },
  { category: "mcp", action: "action 2", service: "obs", status: "ok" },
  { category: "nothing" },
  { sinceMs: start + 100_000, untilMs: start + 200_000 },
  { category: "job", sinceMs: start + 100_000 },
  { minScore: 4 },
  { minScore: 2, maxScore: 3, service: "kb" },
  { traceId: "1".padStart(32, "0") },
  { traceId: "session 7" },
  { traceId: "session 7", status: "error", minScore: 1 },
  { text: "word3" },
  { text: "word5", service: "obs", minScore: 1, sinceMs: start + 50_000 },
  { text: "word1", traceId: "session 3" },
];

describe.each(filters)("OBSV-03 a question for %j", (filter) => {
  it("gets all that fits, newest first, page by page, and counts it", () => {
    const found: string[] = [];
    let after: Place | undefined;
    do {
      const page = findEvents(obs, filter, 37, after);
      expect(page.events.length).toBeLessThanOrEqual(37);
      found.push(...page.events.map(({ spanId }) => spanId));
      after = page.next;
    } while (after);
    expect(found).toEqual(expected(filter));
    expect(countEvents(obs, filter)).toBe(found.length);
  });
});

it("OBSV-05 shows a trace as a tree, by its own id or a call's", () => {
  for (const id of ["5".padStart(32, "0"), "call 4"]) {
    const [tree, ...others] = traceTrees(obs.database, id);
    expect(others).toEqual([]);
    expect({ events: tree?.events, errors: tree?.errors, roots: tree?.roots.map(({ event, children }) => [event.spanId, children.length]) }).toEqual({ events: 5, errors: 1, roots: [["15".padStart(16, "0"), 4]] });
  }
  expect(traceTrees(obs.database, "session 3")).toHaveLength(10);
  expect(traceTrees(obs.database, "unknown")).toEqual([]);
});

it("shows spans that are each other's parents, and every span once", () => {
  const traceId = "c".repeat(32);
  const span = (spanId: string, parentId: string): TraceEvent => ({ traceId, spanId: spanId.padStart(16, "0"), parentId: parentId.padStart(16, "0"), time: start, category: "x", action: "x", service: "foreign", status: "ok", metadata: {} });
  appendIntake(obs, [span("a1", "a2"), span("a2", "a1"), span("a3", "a3"), span("a4", "a1")]);
  drain(obs);
  const shown: string[] = [];
  const walk = (nodes: ReturnType<typeof traceTrees>[number]["roots"]) => {
    for (const { event, children } of nodes) {
      shown.push(event.spanId.slice(-2));
      walk(children);
    }
  };
  walk(traceTrees(obs.database, traceId)[0]?.roots ?? []);
  expect(shown.sort()).toEqual(["a1", "a2", "a3", "a4"]);
});

describe("a score", () => {
  it("OBSV-03 is added to those before; the trace has the last", () => {
    const traceId = "2".padStart(32, "0");
    addScore(obs, { traceId, score: 2, source: "claude", comment: "poor" }, start);
    expect(addScore(obs, { traceId: "call 1", score: 5, source: "person", comment: "" }, start + 1)).toEqual({ traceId, score: 5, scores: 2, mean: 3.5 });
    expect(findEvents(obs, { traceId, minScore: 5 }, 10).events).toHaveLength(5);
    expect(findEvents(obs, { traceId, maxScore: 4 }, 10).events).toEqual([]);
    const spanId = "7".padStart(16, "0");
    addScore(obs, { traceId, spanId, score: 1, source: "person", comment: "" }, start + 2);
    addScore(obs, { traceId, score: 4, source: "person", comment: "" }, start + 3);
    expect(findEvents(obs, { traceId, maxScore: 1 }, 10).events.map((event) => event.spanId)).toEqual([spanId]);
    appendIntake(obs, [{ traceId, spanId: "f".repeat(16), time: start, category: "late", action: "late", service: "kb", status: "ok", metadata: {} }]);
    drain(obs);
    expect(findEvents(obs, { category: "late" }, 1).events).toMatchObject([{ score: 4 }]);
  });

  it("needs a trace that is there, and one only", () => {
    expect(() => addScore(obs, { traceId: "nowhere", score: 3, source: "x", comment: "" }, start)).toThrow(/There is no trace nowhere/);
    expect(() => addScore(obs, { traceId: "session 3", score: 3, source: "x", comment: "" }, start)).toThrow(/names more than one trace/);
    expect(() => addScore(obs, { traceId: "2".padStart(32, "0"), spanId: "no", score: 3, source: "x", comment: "" }, start)).toThrow(/no span no/);
  });
});
