import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { run } from "@paios/shared/process";
import { freePort } from "@paios/shared/testing/free-port";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { serverFolders } from "../../scripts/server-folders.ts";
import { terminal } from "../setup/terminal.ts";
import { fetchOpenClaw, quiet, startGateway, version } from "./real-gateway.ts";

/** Setup with a real OpenClaw: it probes every server and lists its tools, its Gateway leaves its config alone at shutdown, and uninstall takes ours out. */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  const programs = await fetchOpenClaw();
  using folder = temporaryFolder();
  const ai = await terminal(folder.path, programs);
  Object.assign(ai.env, quiet);
  const openclaw = async (...args: string[]) => (await run({ command: join(programs, "openclaw"), args, env: ai.env, cwd: ai.home, timeoutMs: 120_000, outputBytes: 10_000_000 })).stdout.toString("utf8");
  const started = performance.now();
  const done = ai.run("setup", "--yes", "--client", "gateway");
  if (done.status !== 0) throw new Error(done.stderr);
  const setupMs = Math.round(performance.now() - started);
  const servers = parse(await openclaw("mcp", "list", "--json"));
  const names = serverFolders().map((server) => basename(server).replace("-server", ""));
  if (Object.keys(servers).sort().join() !== names.sort().join()) throw new Error(`OpenClaw has ${Object.keys(servers).join()}`);
  const probed = await openclaw("mcp", "probe", "--json");
  const tools = ["kb_search", "obs_query"].filter((name) => probed.includes(name));
  if (tools.length !== 2) throw new Error(`openclaw mcp probe does not list the tools: ${probed.slice(0, 2_000)}`);
  const readySeconds = await aroundAStop(programs, ai.env, ai.path(".openclaw", "openclaw.json"));
  if (ai.run("setup", "--uninstall", "--yes").status !== 0) throw new Error("uninstall failed");
  const left = parse(await openclaw("mcp", "list", "--json"));
  if (Object.keys(left).length > 0) throw new Error(`uninstall left ${Object.keys(left).join()}`);
  return { figures: { openclaw: version, setupMs, serversProbed: names.length, gatewayReadySeconds: readySeconds, configRewrittenAtShutdown: 0, leftAfterUninstall: 0 } };
}

/** CHANGE-03: its config has the same hash before and after a SIGTERM. */
async function aroundAStop(programs: string, env: Record<string, string>, config: string): Promise<number> {
  await using gateway = await startGateway(programs, env, await freePort());
  const before = hashOf(config);
  await gateway.stop();
  if (hashOf(config) !== before) throw new Error("The Gateway rewrote its config at shutdown");
  return gateway.readySeconds;
}

function hashOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

function parse(text: string): Record<string, unknown> {
  const start = text.indexOf("{");
  return start < 0 ? {} : (JSON.parse(text.slice(start)) as Record<string, unknown>);
}
