import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { initializeParams, startStdio } from "@paios/shared/testing/stdio";
import { scratchEnvironment, temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { entry, Place } from "./rig.ts";

interface Listed {
  jobs: { name: string; tier: string; schedule: string; nextAt: string | null; enabled: boolean; lastRun: { status: string; at: string } | null }[];
}

it("list, run-once, history, pause and resume do what they say", async () => {
  using folder = temporaryFolder();
  const place = new Place(folder.path);
  writeFileSync(join(place.home, "paios.json"), '{ "emit": { "port": 9 }, "obs": { "outbox": { "desktop": false } }, "kb": { "embeddings": { "provider": "none" } } }');
  const json = async (...args: string[]) => JSON.parse((await place.heartbeat(["--json", ...args]).ended).stdout) as never;
  const { jobs } = (await json("list")) as Listed;
  expect(jobs.length).toBeGreaterThanOrEqual(9);
  for (const job of jobs) expect(job).toMatchObject({ name: expect.any(String) as string, tier: expect.any(String) as string, schedule: expect.any(String) as string, nextAt: expect.any(String) as string, enabled: true, lastRun: null });
  expect(await json("run-once", "kb-embed")).toMatchObject({ job: "kb-embed", status: "done" });
  expect(await json("history", "kb-embed")).toMatchObject({ runs: [{ job: "kb-embed", status: "done", attempt: 1 }] });
  expect(await json("pause", "kb-embed", "--reason", "away")).toEqual({ job: "kb-embed", enabled: false });
  expect(((await json("list")) as Listed).jobs.find(({ name }) => name === "kb-embed")).toMatchObject({ enabled: false, paused: "away", lastRun: { status: "done" } });
  expect(await json("resume", "kb-embed")).toEqual({ job: "kb-embed", enabled: true });
  expect(await json("due")).toEqual({ runs: 0 });
  expect(await place.heartbeat(["run-once", "nosuch"]).ended).toMatchObject({ code: 1, stderr: expect.stringContaining("There is no job of that name.") as string });
});

it("says how it is used, and does not guess", async () => {
  using folder = temporaryFolder();
  const place = new Place(folder.path);
  expect(await place.heartbeat(["--help"]).ended).toMatchObject({ code: 0, stdout: expect.stringContaining("paios-heartbeat run-once kb-embed") as string });
  expect(await place.heartbeat(["--version"]).ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
  for (const args of [["lst"], ["history"], ["history", "alerts", "--limit", "x"], []]) expect((await place.heartbeat(args).ended).code).toBe(2);
});

it("SERV-01 the daemon runs the first slot of its jobs, and SIGTERM ends it with code 0", async () => {
  using folder = temporaryFolder();
  const place = new Place(folder.path);
  writeFileSync(join(place.home, "paios.json"), '{ "emit": { "port": 9 }, "obs": { "outbox": { "desktop": false } }, "kb": { "embeddings": { "provider": "none" } }, "heartbeat": { "jobs": { "kb-embed": { "schedule": "every 1s" } } } }');
  const daemon = place.heartbeat(["run"]);
  await expect.poll(() => daemon.stderr(), { timeout: 10_000 }).toContain("runs 9 jobs, at most 3 at once");
  await expect.poll(() => place.query<{ n: number }>("SELECT count(*) AS n FROM run WHERE state = 'done'")[0]?.n ?? 0, { timeout: 10_000 }).toBeGreaterThan(0);
  const asked = performance.now();
  daemon.kill("SIGTERM");
  expect(await daemon.ended).toMatchObject({ code: 0, stdout: "" });
  expect(performance.now() - asked).toBeLessThan(1_000);
});

it("LOG-18 over MCP an agent adds a reminder under its own name, runs a job, and reads how it went", async () => {
  using folder = temporaryFolder();
  const server = startStdio({ entry, args: ["mcp"], env: scratchEnvironment(folder.path) });
  await server.request("initialize", { ...initializeParams(), clientInfo: { name: "agent-x", version: "1" } });
  const call = async <T = unknown>(name: string, input: object) => {
    const { result } = await server.request("tools/call", { name, arguments: input });
    return (result?.["isError"] ? (result["content"] as { text: string }[])[0]?.text : result?.["structuredContent"]) as T;
  };
  expect(await call("heartbeat_add", { name: "ask-later", schedule: "every 1d", message: "Did it work?" })).toMatchObject({ name: "ask-later", nextAt: expect.any(String) as string });
  expect(await call("heartbeat_add", { name: "too-often", schedule: "every 5m", message: "Now?" })).toBe("A message comes at most every 15 minutes.");
  const { jobs } = await call<{ jobs: { name: string; owner: string; expires?: string }[] }>("heartbeat_list", {});
  expect(jobs.find(({ name }) => name === "ask-later")).toMatchObject({ owner: "agent-x", expires: expect.any(String) as string });
  expect(await call("heartbeat_run", { job: "kb-embed" })).toMatchObject({ status: "done", note: "There is no knowledge base yet." });
  expect(await call("heartbeat_history", { job: "kb-embed" })).toMatchObject({ runs: [{ status: "done" }] });
  expect(await call("heartbeat_pause", { job: "kb-embed" })).toEqual({ job: "kb-embed", enabled: false });
  server.closeInput();
  await server.ended;
});
