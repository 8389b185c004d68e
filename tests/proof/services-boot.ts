import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { type Rig, scratchRepository, startRig, until } from "../services/rig.ts";
import { freePort } from "@paios/shared/testing/free-port";

/**
 * emit-server under a real systemd --user, its unit as it is installed: killed, hung, and after a restart of the machine.
 * Each time it must answer again within a minute of being noticed.
 */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  using folder = temporaryFolder();
  const { repository } = scratchRepository(folder.path);
  using rig = await startRig(folder.path, repository);
  const port = await freePort();
  mkdirSync(join(rig.home, ".openclaw"));
  writeFileSync(join(rig.home, ".openclaw/paios.json"), JSON.stringify({ emit: { port } }));
  const answers = () => fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(1_000) }).then(({ ok }) => ok, () => false);

  const started = performance.now();
  if (rig.ai("services", "install", "emit-server", "--yes").status !== 0) throw new Error("It could not be installed");
  await until("emit-server", answers);
  const installMs = performance.now() - started;

  const killMs = await backAfter(rig, "KILL", answers);
  const hangMs = await backAfter(rig, "STOP", answers);
  await rig.halt();
  if (await answers()) throw new Error("It answers although nothing runs");
  const booted = performance.now();
  await rig.boot();
  await until("emit-server", answers);
  const bootMs = performance.now() - booted;

  const figures = { installedAndAnsweringSeconds: seconds(installMs), killedAndBackSeconds: seconds(killMs), hungAndBackSeconds: seconds(hangMs), bootedAndAnsweringSeconds: seconds(bootMs) };
  if (killMs > 60_000 || hangMs > 60_000 + 1_000 || bootMs > 60_000) throw new Error(`Over a minute: ${JSON.stringify(figures)}`);
  return { figures };
}

async function backAfter(rig: Rig, signal: string, answers: () => Promise<boolean>): Promise<number> {
  const pidOf = () => Number(rig.run("systemctl", "--user", "show", "--value", "--property=MainPID", "paios-emit-server.service").stdout);
  const before = pidOf();
  if (!(before > 1)) throw new Error("emit-server does not run");
  const started = performance.now();
  rig.run("kill", `-${signal}`, String(before));
  await until("another process", () => ![0, before].includes(pidOf()), 120_000);
  await until("its answer", answers);
  return performance.now() - started;
}

function seconds(ms: number): number {
  return Number((ms / 1_000).toPrecision(3));
}
