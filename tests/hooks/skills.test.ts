import { fetchClients } from "@paios/shared/testing/client-fetch";
import { type ModelRequest, toolResults } from "@paios/shared/testing/mock-models";
import type { Turn } from "@paios/shared/testing/model-protocol";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { beforeAll, describe, expect, it } from "vitest";
import { type Person, person } from "./rig.ts";

beforeAll(() => fetchClients(), 600_000);

const call = (server: string, name: string, input: Record<string, unknown> = {}): Turn => ({ tool: { server, name, input } });

/** What the model got back, in a session in which the skill was called and its tools were used as it says. */
async function results(ada: Person, client: "claude" | "codex", skill: string, calls: readonly Turn[]): Promise<{ first: string; answers: string[] }> {
  const requests = await ada.session(client, client === "claude" ? `/${skill}` : `$paios:${skill}`, [...calls, { text: "So it is." }]);
  return { first: JSON.stringify(requests[0]?.body), answers: toolResults(requests[calls.length] as ModelRequest).map(({ text }) => text) };
}

describe("in a real session", () => {
  it("SKIL-06 /health reports brains, connectivity, keys and tokens, each as it fails", async () => {
    using folder = temporaryFolder();
    await using ada = await person(folder.path);
    ada.ai.write(JSON.stringify({ profiles: { mail: { key: "sk-test-000000000000", expires: "2020-01-01" } } }), "paios", "auth-profiles.json");
    ada.ai.write("no database at all".repeat(500), "paios", "kb.sqlite");
    const { first, answers } = await results(ada, "codex", "health", [call("obs", "obs_health"), call("router", "router_brains"), call("analytics", "analytics_quota")]);
    expect(first).toContain("# Report the health of the mesh");
    const [health = "", brains = "", quota = ""] = answers;
    expect(health).toMatch(/mail[^}]*expired/);
    expect(health).toMatch(/"database:kb","kind":"\w+","status":"fail"/);
    expect(health).not.toContain("sk-test");
    expect(brains).toMatch(/"brain":"gemini","provider":"\w+","reachable":false,"reason"/);
    expect(quota).toContain("windows");
  });

  it("OBSV-05 /trace shows a request as a tree", async () => {
    using folder = temporaryFolder();
    await using ada = await person(folder.path);
    ada.ai.run("kb", "add", "Heater", "The greenhouse heater runs at 14 degrees.");
    const traceId = ada.ai.json<{ events: { traceId: string; action: string }[] }>("events", "kb_add").events.find(({ action }) => action === "tools/call kb_add")?.traceId ?? "";
    const { first, answers } = await results(ada, "claude", "trace", [call("obs", "obs_trace", { traceId })]);
    expect(first).toMatch(/obs_trace/);
    expect(answers[0]).toMatch(/tools\/call kb_add[\s\S]*children[\s\S]*write articles/);
  });
});

it("SKIL-08 /codex-review has two brains review a diff, and one report comes back", async () => {
  using folder = temporaryFolder();
  await using ada = await person(folder.path);
  ada.ai.run("setup", "--yes", "--allow", "router_review");
  ada.ai.write('{"brains": {"codex": {"environment": ["PAIOS_MOCK_KEY"]}}}', "paios", "paios.json");
  const diff = "--- a/pump.ts\n+++ b/pump.ts\n@@ -1 +1 @@\n-if (level < low) start();\n+if (level <= low) stop();\n";
  // The brains' own requests come to the same mock, between our call and its answer.
  const verdict = { text: JSON.stringify({ verdict: "changes", findings: [{ file: "pump.ts", lines: [1, 1], severity: "high", title: "The pump stops when it should start", detail: "start became stop.", recommendation: "Start it.", confidence: 0.9 }] }) };
  const requests = await ada.session("claude", "/codex-review", [call("router", "router_review", { diff }), verdict, verdict, { text: "So it is." }], { env: { PATH: ada.ai.env["PATH"] ?? "", PAIOS_MOCK_KEY: "dummy" }, timeoutMs: 100_000 });
  expect(JSON.stringify(requests[0]?.body)).toContain("router_review");
  const answer = requests.flatMap((request) => toolResults(request)).map(({ text }) => text).find((text) => text.includes('"engines"')) ?? "";
  const { engines, findings } = JSON.parse(answer) as { engines: { brain: string; status: string }[]; findings: { title: string }[] };
  expect(engines.map(({ brain, status }) => ({ brain, status }))).toEqual([{ brain: "codex", status: "ok" }, { brain: "claude", status: "ok" }]);
  expect(findings.map(({ title }) => title)).toEqual(["The pump stops when it should start"]);
});
