import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { closeKb, openKb } from "../../packages/kb-server/src/kb.ts";
import { rememberLearning } from "../../packages/kb-server/src/memory/remember.ts";

const cli = join(import.meta.dirname, "../../apps/cli/dist/main.js");
const hooks = join(import.meta.dirname, "../../apps/hooks/dist/main.js");

/** A person's home with one learning of the project "parcel", and that project's folder. */
async function person(home: string) {
  const project = join(home, "src", "parcel");
  mkdirSync(project, { recursive: true });
  const env = scratchEnvironment(home);
  const start = (args: string[], input = "", cwd = project) => spawnSync(process.execPath, args, { env, cwd, input, encoding: "utf8" });
  const kb = openKb(env["PAIOS_HOME"] ?? "");
  const { id } = rememberLearning(kb, { title: "Retries of webhooks", text: "## Decided\n\n- Retries of webhooks back off with jitter.", client: "claude", session: "s-1", transcript: "/t/s-1.jsonl", project: "parcel", tags: [], external: false, traceId: "0".repeat(32), place: { folder: project, remote: "", branch: "", files: [], commits: [] } }, Date.now());
  await closeKb(kb);
  return {
    id,
    home: env["PAIOS_HOME"] ?? "",
    project,
    ai: (...args: string[]) => start([cli, ...args]),
    json: <T>(...args: string[]) => JSON.parse(start([cli, "--json", "memory", ...args]).stdout) as T,
    /** What a new session there is given. */
    given: (session: string) => start([hooks, "SessionStart"], JSON.stringify({ session_id: session, transcript_path: "/t/x.jsonl", cwd: project, source: "startup" })).stdout,
  };
}

it("HOOK-06 the person sees what was put into a session and why, and takes it out with one command", async () => {
  using folder = temporaryFolder();
  const { id, ai, json, given } = await person(folder.path);
  expect(json("why")).toEqual({ injected: [] });
  expect(given("new-1")).toContain("Retries of webhooks");
  expect(json("why", "new-1")).toEqual({ injected: [{ id, session: "new-1", client: "claude", project: "parcel", event: "SessionStart", title: "Retries of webhooks", score: expect.any(Number) as number, reasons: ["learned lately"], time: expect.any(String) as string }] });
  expect(json("why", "other")).toEqual({ injected: [] });
  expect(ai("memory", "why").stdout).toMatch(/#1 Retries of webhooks +score 0\.\d+: learned lately · SessionStart · claude · parcel · new-1/);
  expect(json("status")).toMatchObject({ enabled: true, installed: false, here: { project: "parcel", used: true }, learnings: 1, projects: [{ project: "parcel", count: 1 }], injectedLately: 1, waiting: 0, failed: 0 });
  expect(ai("memory", "forget", String(id)).status).toBe(0);
  expect(given("new-2")).toBe("");
});

it("HOOK-06 one command switches everything off, and a project is left alone by its name, its folder or a file in it", async () => {
  using folder = temporaryFolder();
  const { ai, given, home, project, json } = await person(folder.path);
  writeFileSync(join(home, "paios.json"), '{\n  // mine\n  "obs": {}\n}\n');
  let session = 0;
  const isGiven = () => given(`n-${session++}`) !== "";
  expect(isGiven()).toBe(true);
  for (const [off, on] of [[["off"], ["on"]], [["exclude", "parcel"], ["include", "parcel"]], [["exclude", "."], ["include", "."]], [["exclude", join(folder.path, "src")], ["include", join(folder.path, "src")]]] as const) {
    expect(ai("memory", ...off).status).toBe(0);
    expect(isGiven(), off.join(" ")).toBe(false);
    expect(ai("memory", ...on).status).toBe(0);
    expect(isGiven(), on.join(" ")).toBe(true);
  }
  expect(readFileSync(join(home, "paios.json"), "utf8")).toContain("// mine");
  writeFileSync(join(project, ".paiosignore"), "");
  expect(isGiven()).toBe(false);
  expect(json("status")).toMatchObject({ enabled: true, here: { project: "parcel", used: false } });
  writeFileSync(join(home, "paios.json"), "{");
  expect(json("status")).toMatchObject({ enabled: false, problem: expect.stringContaining("ai doctor") as string });
  expect(ai("memory", "on")).toMatchObject({ status: 1, stderr: expect.stringContaining("paios.json:1: not valid JSON") as string });
});
