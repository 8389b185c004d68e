import { describe, expect, it } from "vitest";
import { classify } from "./classify.ts";
import { shippedWeights } from "./shipped.ts";

const options = { weights: shippedWeights(), fallbackBrain: "claude", threshold: 0.45 } as const;
const brainFor = (task: string, ...names: string[]) => classify(task, names.map((name) => ({ name })), options).brain;

describe("the router", () => {
  it("ROUT-01 gives code to Codex, writing to Claude, pictures to Gemini, sending and timing to the Gateway", () => {
    expect(brainFor("review this Python function\n\ndef f(x):\n    return x / 0")).toBe("codex");
    expect(brainFor("write a blog post about our garden")).toBe("claude");
    expect(brainFor("what does it say here?", "scan.png")).toBe("gemini");
    expect(brainFor("remind me at seven to water the plants")).toBe("gateway");
    expect(brainFor("send Anna a WhatsApp message that I am late")).toBe("gateway");
  });

  it("ROUT-03 an order to a named brain decides, a mention or a quotation does not", () => {
    expect(classify("ask Claude to fix the failing test", [], options)).toMatchObject({ brain: "claude", override: { brain: "claude" } });
    expect(classify("don't use Codex for this python bug", [], options)).toMatchObject({ override: { not: ["codex"] } });
    expect(classify("don't use Codex for this python bug", [], options).brain).not.toBe("codex");
    expect(classify('fix the button that says "ask Claude"', [], options).override).toBeUndefined();
    expect(classify("write a blog post about Codex and Gemini", [], options).override).toBeUndefined();
  });

  it.each(["", "   ", "hi", "do it", "fix this", "???", "…", "mach weiter", "continue"])("ROUT-04 has nothing to go on in %j, and says so", (task) => {
    expect(classify(task, [], options)).toMatchObject({ brain: "claude", fallback: true, reason: expect.stringContaining("so the configured brain takes it") as string });
  });

  it("ROUT-04 gives an unsure task to the configured brain, with its reason", () => {
    const unsure = classify("blue ladder thing maybe the second", [], { ...options, threshold: 0.9, fallbackBrain: "codex" });
    expect(unsure).toMatchObject({ brain: "codex", fallback: true, reason: expect.stringContaining("Not sure enough") as string });
  });

  it("gives probabilities that add up to one", () => {
    const { scores, confidence, margin } = classify("plan a trip through Norway by train", [], options);
    expect(Object.values(scores).reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 5);
    expect(confidence).toBe(Math.max(...Object.values(scores)));
    expect(margin).toBeGreaterThan(0);
  });

  it.each(["a".repeat(2e6), "“".repeat(1e6), "ask claude ".repeat(1e5), "./".repeat(5e5), "\n".repeat(1e6), "x = {};\n".repeat(1e5), "\ud83d\ude00".repeat(3e5), "\ud800".repeat(1e5), "\0".repeat(1e5)])("ROUT-02 reads only the head and the tail of a huge task, whatever is in it (%#)", (task) => {
    expect(classify(task, [], options).evidence).toContain("long: head and tail read");
  });
});
