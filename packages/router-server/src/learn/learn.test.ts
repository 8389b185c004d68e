import { temporaryFolder } from "@paios/shared/testing/temporary";
import { createTracer } from "@paios/shared/trace";
import { describe, expect, it } from "vitest";
import { classify } from "../classify/classify.ts";
import { closeRouter, openRouter, type Router } from "../router.ts";
import { storeDecision } from "../store/decisions.ts";
import { addFeedback } from "../store/feedback.ts";
import { listWeights, useWeights } from "../store/weights.ts";
import golden from "../../golden.json" with { type: "json" };
import { fit } from "./fit.ts";

const dayMs = 86_400_000;
/** A habit of one person that the shipped weights cannot know. */
const subjects = ["the allotment", "our choir", "the boat", "grandma's house", "the scouts", "the bakery", "the ski club", "the library", "the chess evening", "the orchard", "the band", "the reading group", "the garage", "the bees", "the canoe", "the theatre", "the market stall", "the museum", "the football team", "the greenhouse"];
const habit = (subject: string) => `zettel for ${subject}: gather the open points`;

function withRouter(work: (router: Router) => void): void {
  using home = temporaryFolder();
  const router = openRouter(home.path, { environment: {}, tracer: createTracer("router", { write: () => {}, flush: () => {} }) });
  try {
    work(router);
  } finally {
    closeRouter(router);
  }
}

function decide(router: Router, task: string, time: number): number {
  const { version, delta } = router.active();
  const decided = classify(task, [], { weights: router.weights, delta, fallbackBrain: "claude", threshold: 0.45 });
  return storeDecision(router.database, task, decided, { traceId: "0".repeat(32), time, client: "test", weightsVersion: version });
}

function brainFor(router: Router, task: string): string {
  return classify(task, [], { weights: router.weights, delta: router.active().delta, fallbackBrain: "claude", threshold: 0.3 }).brain;
}

describe("learning from ratings", () => {
  it("ROUT-08 shifts what it decides for tasks like those that were corrected, and can be taken back", () =>
    withRouter((router) => {
      const before = subjects.filter((subject) => brainFor(router, habit(subject)) === "gateway").length;
      for (const [at, subject] of subjects.slice(0, 14).entries()) {
        const id = decide(router, habit(subject), at * dayMs);
        addFeedback(router.database, { decisionId: id, score: 1, correctBrain: "gateway", comment: "", source: "person", time: at * dayMs });
      }
      const outcome = fit(router, 20 * dayMs);
      expect(outcome.reason).toContain("in use");
      expect(outcome.facts.goldenAfter).toBeGreaterThanOrEqual(outcome.facts.goldenBefore);
      const unseen = subjects.slice(14);
      expect(unseen.filter((subject) => brainFor(router, habit(subject)) === "gateway").length).toBeGreaterThanOrEqual(unseen.length - 1);
      expect(before).toBeLessThan(subjects.length / 2);
      useWeights(router.database, undefined);
      router.reload();
      expect(subjects.filter((subject) => brainFor(router, habit(subject)) === "gateway").length).toBe(before);
    }));

  it("ROUT-08 whatever it is told, what is in use does no worse on the golden set", () =>
    withRouter((router) => {
      const right = () => golden.filter(({ task, brain }) => brainFor(router, task) === brain).length;
      const before = right();
      // Everything that is code is said to be the Gateway's.
      for (const [at, { task }] of golden.filter(({ brain }, place) => brain === "codex" && place % 2 === 1).entries()) {
        const id = decide(router, task, at * dayMs);
        addFeedback(router.database, { decisionId: id, score: 1, correctBrain: "gateway", comment: "", source: "somebody", time: at * dayMs });
      }
      const { facts, reason } = fit(router, 1_000 * dayMs);
      expect(right()).toBeGreaterThanOrEqual(before);
      expect(reason.includes("in use")).toBe(facts.goldenAfter >= facts.goldenBefore && facts.reservedAfter >= facts.reservedBefore);
      expect(listWeights(router.database)).toMatchObject([{ state: reason.includes("in use") ? "active" : "candidate" }]);
    }));

  it("ROUT-08 learns from at most so many ratings a day, and not from a 3 or from orders by name", () =>
    withRouter((router) => {
      router.config.feedbackRowsPerDay = 6;
      for (const subject of subjects) {
        const id = decide(router, habit(subject), 0);
        addFeedback(router.database, { decisionId: id, score: 1, correctBrain: "gateway", comment: "", source: "person", time: 0 });
      }
      const { facts } = fit(router, dayMs);
      expect(facts.rows + facts.reservedRows).toBe(6);
    }));

  it("needs a few ratings before it begins", () =>
    withRouter((router) => {
      expect(fit(router, 0)).toMatchObject({ version: undefined, reason: expect.stringContaining("begins at 5") as string });
    }));
});
