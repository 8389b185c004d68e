import { errorCode, UserError } from "@paios/shared/errors";
import { thisMachine } from "../setup/machine.ts";
import type { Row } from "../setup/probe.ts";
import { configuredEndpoints } from "./capabilities.ts";
import { databaseFindings } from "./databases.ts";
import { fileFindings } from "./files.ts";
import { type Finding, type Level, worst } from "./finding.ts";
import { liveFindings } from "./live.ts";
import { networkFindings } from "./network.ts";
import { placeholderFindings } from "./placeholders.ts";
import { registrationFindings } from "./registration.ts";
import { serviceFindings } from "./services.ts";

export interface DoctorOptions {
  fix?: boolean;
  /** Whether the clients are asked themselves. */
  probe: boolean;
  deep?: boolean;
}

export interface Diagnosis {
  status: Level;
  findings: Omit<Finding, "repair">[];
  /** Server by client, when they were asked. */
  live: Row[];
  /** What --fix did. */
  repaired: string[];
}

/** Looks at everything; with `fix` repairs what is safe to repair, and looks again. */
export async function examine(options: DoctorOptions, signal: AbortSignal): Promise<Diagnosis> {
  const first = await look(options, signal);
  const repairs = options.fix ? first.findings.filter(({ repair }) => repair) : [];
  if (repairs.length === 0) return report(first, []);
  const repaired: string[] = [];
  const failed: Finding[] = [];
  for (const { check, repair } of repairs) {
    try {
      await repair?.();
      repaired.push(check);
    } catch (error) {
      // One that fails keeps neither the others nor the second look from being done.
      if (signal.aborted) throw error;
      failed.push({ check: `repair of ${check}`, status: "fail", detail: error instanceof UserError ? error.message : `It failed (${errorCode(error) || "unknown reason"}).`, fix: "Read the lines above, then ai doctor --fix again" });
    }
  }
  const second = await look(options, signal);
  return report({ ...second, findings: [...second.findings, ...failed] }, repaired);
}

async function look({ probe, deep = false }: DoctorOptions, signal: AbortSignal): Promise<{ findings: Finding[]; live: Row[] }> {
  const machine = thisMachine();
  const { home } = machine;
  const node: Finding = { check: "node", status: "ok", detail: `${process.versions.node} at ${machine.node}` };
  const [registration, network] = await Promise.all([registrationFindings(machine, probe, signal), networkFindings(machine, configuredEndpoints(home))]);
  const asked = probe && registration.plan ? await liveFindings(machine, registration.plan) : { findings: [], live: [] };
  return { findings: [node, ...registration.findings, ...asked.findings, ...databaseFindings(home, deep), ...placeholderFindings(home), ...fileFindings(home), ...(await serviceFindings(machine)), ...network], live: asked.live };
}

function report({ findings, live }: { findings: Finding[]; live: Row[] }, repaired: string[]): Diagnosis {
  const plain = findings.map(({ repair: _repair, ...finding }) => finding);
  return { status: worst(findings), findings: plain, live, repaired };
}
