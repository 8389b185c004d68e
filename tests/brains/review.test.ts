import { describe, expect, it } from "vitest";
import { withReviewers } from "./reviewers.ts";

const shared = { severity: "high", file: "cart.ts", lines: [2, 2], title: "Empty cart divides by zero", detail: "items.length is zero for an empty cart", recommendation: "Return 0", confidence: 0.7 };
const alone = { severity: "critical", file: "cart.ts", lines: [3, 3], title: "Query built from input", detail: "SQL injection by name", recommendation: "Bind it", confidence: 0.6 };
const verdict = (...findings: object[]) => JSON.stringify({ verdict: findings.length > 0 ? "changes" : "approve", findings });

describe("router_review", () => {
  it("REVW-01 REVW-03 asks two brains at once, each with its own view, and merges what they find", async () => {
    await withReviewers({ quality: { answer: verdict(shared, alone), delayMs: 2_000 }, architecture: { answer: `\`\`\`json\n${verdict({ ...shared, title: "Crash on no items", lines: [2] })}\n\`\`\``, delayMs: 2_000 } }, async (review, asked) => {
      const started = performance.now();
      const { engines, findings, report } = await review();
      expect(performance.now() - started, "both at once, and our own share under 2 s").toBeLessThan(4_000);
      expect(engines).toMatchObject([{ role: "quality", status: "ok" }, { role: "architecture", status: "ok" }]);
      expect(findings.map(({ severity, engines: by }) => [severity, by.length])).toEqual([["high", 2], ["critical", 1]]);
      expect(report).toMatch(/## Found by both[\s\S]*## Found by one/);
      expect(asked.map((text) => /review the (code quality|architecture)/.exec(text)?.[1] ?? "").toSorted((a, b) => (a < b ? -1 : 1))).toEqual(["architecture", "code quality"]);
      expect(asked.every((text) => text.includes("2\texport const mean"))).toBe(true);
    });
  });

  it("REVW-02 gives half a report when one reviewer dies or gives no verdict, and never calls that approved", async () => {
    await withReviewers({ quality: { answer: verdict(alone), delayMs: 0 }, architecture: { status: 401, answer: "", delayMs: 0 } }, async (review) => {
      expect(await review()).toMatchObject({ engines: [{ status: "ok" }, { status: "unavailable" }], findings: [{ severity: "critical" }], report: expect.stringContaining("Half a review") as string });
    });
    await withReviewers({ quality: { answer: "Looks good to me!", delayMs: 0 }, architecture: { answer: "", delayMs: 0 } }, async (review) => {
      const { engines, report } = await review();
      expect(engines.every(({ status }) => status !== "ok")).toBe(true);
      expect(report).toContain("not approved");
    });
  });

  it("says what is wrong with its input", async () => {
    await withReviewers({ quality: { answer: "", delayMs: 0 }, architecture: { answer: "", delayMs: 0 } }, async (_review, _asked, call) => {
      await expect(call({})).rejects.toThrow("Give either path or diff");
      await expect(call({ diff: " " })).rejects.toThrow("empty");
      await expect(call({ path: "/no/such/file" })).rejects.toThrow("There is no /no/such/file");
    });
  });
});
