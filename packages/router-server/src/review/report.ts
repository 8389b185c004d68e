import type { MergedFinding } from "./merge.ts";
import type { Engine } from "./review.ts";

/** Markdown: who reviewed, what both found, then what one found. */
export function writeReport(engines: readonly Engine[], findings: readonly MergedFinding[], what: string): string {
  const ok = engines.filter(({ status }) => status === "ok");
  const agreed = findings.filter((finding) => finding.engines.length > 1);
  const single = findings.filter((finding) => finding.engines.length === 1);
  return [
    `# Review of ${what}`,
    "",
    ...engines.map(({ brain, role, status, model, reason, ms }) => `- ${role} by ${brain}${model === undefined ? "" : ` (${model})`}: ${status === "ok" ? `done in ${Math.round(ms / 1_000)} s` : `${status}. ${reason ?? ""}`}`),
    "",
    ...(ok.length < engines.length ? [ok.length === 0 ? "**Nobody reviewed this. It is not approved.**" : "**Half a review: what is missing above was not looked at.**", ""] : []),
    ...(ok.length > 0 && findings.length === 0 ? ["Nothing was found.", ""] : []),
    ...section("Found by both", agreed),
    ...section(agreed.length > 0 ? "Found by one" : "Findings", single),
  ].join("\n").trimEnd();
}

function section(title: string, findings: readonly MergedFinding[]): string[] {
  if (findings.length === 0) return [];
  return [`## ${title}`, "", ...findings.flatMap(entry)];
}

function entry({ severity, file, lines, title, detail, recommendation, confidence, engines }: MergedFinding): string[] {
  const place = file === "" ? "" : ` — ${file}${lines.length > 0 ? `:${lines.join("–")}` : ""}`;
  return [`### ${severity}: ${title}${place}`, "", `${engines.join(" and ")}, ${Math.round(confidence * 100)} % sure. ${detail}`, ...(recommendation === "" ? [] : ["", `Do: ${recommendation}`]), ""];
}
