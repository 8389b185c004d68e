import { readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "@paios/shared/process";
import { freePort } from "@paios/shared/testing/free-port";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import job from "../../apps/heartbeat/src/jobs/session-store-prune.ts";
import { findOpenClaw, previewCleanup } from "../../apps/heartbeat/src/prune/openclaw-database.ts";
import { jobContext } from "../../apps/heartbeat/src/testing/context.ts";
import { generateStore } from "../../apps/heartbeat/src/testing/session-store.ts";
import { terminal } from "../setup/terminal.ts";
import { fetchOpenClaw, quiet, startGateway, token, version } from "./real-gateway.ts";

const sessions = 60;

/** LOG-03: a year of sessions in OpenClaw's database, tidied by OpenClaw while its Gateway runs, told first, with a snapshot that OpenClaw verifies. */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  const programs = await fetchOpenClaw();
  using folder = temporaryFolder();
  const { env, write, path } = await terminal(folder.path, programs);
  Object.assign(env, quiet);
  const port = await freePort();
  write(JSON.stringify({ update: { checkOnStart: false }, discovery: { mdns: { mode: "off" } }, models: { catalogRefresh: { enabled: false } }, gateway: { mode: "local", port, auth: { token } } }), ".openclaw", "openclaw.json");
  generateStore(path(".openclaw"), { count: sessions, bytes: 4_000, entries: sessions, entryBytes: 200, now: Date.now() });
  const openclaw = async (...args: string[]) => (await run({ command: join(programs, "openclaw"), args, env, cwd: folder.path, timeoutMs: 120_000, outputBytes: 10_000_000 })).stdout.toString("utf8");
  // OpenClaw brings its older file store into its database.
  await openclaw("doctor", "--fix", "--non-interactive");
  await using gateway = await startGateway(programs, env, port);

  const context = jobContext(path("paios"), Date.now(), { environment: env, config: { sessionStores: { openclawDatabase: true } } });
  const [told, done] = [await job.run(context), await job.run(context)];
  const would = /(\d+) of (\d+) sessions archived/.exec(told);
  if (!would || Number(would[2]) !== sessions || Number(would[1]) === 0) throw new Error(`The dry run said: ${told}`);
  if (!done.includes(would[0]) || done.includes("dry run")) throw new Error(`The run said: ${done}`);
  const found = findOpenClaw(env);
  if (!found) throw new Error("OpenClaw's database is gone");
  const again = await previewCleanup(found, context.signal);
  if (again.archived !== 0) throw new Error(`${again.archived} sessions would still be archived`);
  const [snapshot = "none"] = readdirSync(path("paios", "backups", "openclaw", "main"));
  const verified = await openclaw("backup", "sqlite", "verify", path("paios", "backups", "openclaw", "main", snapshot));
  if (/"ok": ?false|fail/i.test(verified) || verified === "") throw new Error(`OpenClaw does not take its snapshot: ${verified}`);
  return { figures: { openclaw: version, sessions, archived: Number(would[1]), leftToArchive: again.archived, snapshotsVerified: 1, gatewayReadySeconds: gateway.readySeconds } };
}
