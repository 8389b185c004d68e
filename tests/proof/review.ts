import { withReviewers } from "../brains/reviewers.ts";

const seconds = { quality: 60, architecture: 90 };

/** Two reviewers that take 60 and 90 s: both at once, our own share under 2 s; half a report when one dies in the middle. */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  const verdict = JSON.stringify({ verdict: "changes", findings: [{ severity: "high", file: "cart.ts", lines: [2], title: "Empty cart divides by zero", detail: "items.length is zero", recommendation: "Return 0", confidence: 0.7 }] });
  const [whole, half] = await Promise.all([
    timed({ quality: { answer: verdict, delayMs: seconds.quality * 1_000 }, architecture: { answer: verdict, delayMs: seconds.architecture * 1_000 } }),
    timed({ quality: { answer: verdict, delayMs: seconds.quality * 1_000 }, architecture: { answer: "", status: 401, delayMs: seconds.architecture * 1_000 } }),
  ]);
  const ours = Math.max(whole.ms, half.ms) - seconds.architecture * 1_000;
  if (ours > 2_000) throw new Error(`Our own share was ${Math.round(ours)} ms`);
  if (whole.findings !== 1 || whole.ok !== 2 || half.ok !== 1 || half.findings !== 1) throw new Error(`The reports are not what they should be: ${JSON.stringify({ whole, half })}`);
  return { figures: { slowestReviewerSeconds: seconds.architecture, wholeReviewSeconds: Math.round(whole.ms / 100) / 10, ownShareMs: Math.round(ours), findingsMerged: whole.findings, halfReviewFindings: half.findings } };
}

async function timed(reviewers: Parameters<typeof withReviewers>[0]): Promise<{ ms: number; findings: number; ok: number }> {
  let outcome = { ms: 0, findings: 0, ok: 0 };
  await withReviewers(reviewers, async (review) => {
    const started = performance.now();
    const { engines, findings } = await review();
    outcome = { ms: performance.now() - started, findings: findings.length, ok: engines.filter(({ status }) => status === "ok").length };
  });
  return outcome;
}
