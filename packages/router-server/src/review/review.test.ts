import { describe, expect, it } from "vitest";
import { type Finding, parseFindings } from "./findings.ts";
import { mergeFindings } from "./merge.ts";
import { writeReport } from "./report.ts";

const finding = (more: Partial<Finding>): Finding => ({ severity: "medium", file: "src/cart.ts", lines: [10, 12], title: "Division by zero", detail: "total / items.length fails for an empty cart", recommendation: "", confidence: 0.6, ...more });

describe("a reviewer's answer", () => {
  it("is read out of prose and fences, with one bad finding left out", () => {
    const answer = 'Here you are:\n```json\n{"verdict":"changes","findings":[{"severity":"HIGH","file":"a.ts","lines":"3-5","title":"Leak {","confidence":"0.9"},{"title":""}]}\n```';
    expect(parseFindings(answer)).toMatchObject([{ severity: "high", lines: [3, 5], confidence: 0.9, title: "Leak {" }]);
  });

  it.each(["", "Looks good to me!", "{}", '{"findings": []}', '{"verdict": "approve"}', '{"verdict": "approve", "findings": "none"}', "{".repeat(2_000)])("REVW-02 without a verdict is none: %#", (answer) => {
    expect(parseFindings(answer)).toBeUndefined();
  });
});

describe("merging", () => {
  it("joins the same defect by place and meaning, whatever its title, and agreement raises confidence", () => {
    const merged = mergeFindings([
      { engine: "codex", findings: [finding({})] },
      { engine: "claude", findings: [finding({ title: "Empty cart crashes", detail: "items.length is zero for an empty cart, so the division fails", lines: [11], severity: "critical" })] },
    ]);
    expect(merged).toMatchObject([{ severity: "critical", engines: ["codex", "claude"] }]);
    expect(merged[0]?.confidence).toBeGreaterThan(0.8);
  });

  it("keeps two defects of one place apart, and the same words in two places", () => {
    expect(mergeFindings([{ engine: "codex", findings: [finding({})] }, { engine: "claude", findings: [finding({ title: "Name says nothing", detail: "rename variable x" })] }])).toHaveLength(2);
    expect(mergeFindings([{ engine: "codex", findings: [finding({})] }, { engine: "claude", findings: [finding({ lines: [90] })] }])).toHaveLength(2);
    expect(mergeFindings([{ engine: "codex", findings: [finding({})] }, { engine: "claude", findings: [finding({ file: "src/other.ts" })] }])).toHaveLength(2);
  });

  it("REVW-02 puts agreements first and always keeps one engine's critical", () => {
    const merged = mergeFindings([
      { engine: "codex", findings: [finding({ severity: "low" }), finding({ severity: "critical", lines: [50], title: "SQL injection", detail: "query built from input", confidence: 0.2 })] },
      { engine: "claude", findings: [finding({ severity: "low" })] },
    ]);
    expect(merged.map(({ severity, engines }) => [severity, engines.length])).toEqual([["low", 2], ["critical", 1]]);
  });
});

it("REVW-02 a report says whose half is missing, and never calls that approved", () => {
  const half = writeReport([{ brain: "codex", role: "quality", status: "ok", ms: 60_000 }, { brain: "claude", role: "architecture", status: "no-verdict", reason: "No form.", ms: 1 }], [], "cart.ts");
  expect(half).toContain("Half a review");
  expect(writeReport([{ brain: "codex", role: "quality", status: "unavailable", ms: 1 }, { brain: "claude", role: "architecture", status: "no-verdict", ms: 1 }], [], "x")).toContain("not approved");
});
