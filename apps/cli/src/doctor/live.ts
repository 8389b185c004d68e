import { askClients } from "../setup/live.ts";
import type { Machine } from "../setup/machine.ts";
import type { SetupPlan } from "../setup/plan.ts";
import type { Row } from "../setup/probe.ts";
import type { Finding } from "./finding.ts";

/** What each client itself says of each server. */
export async function liveFindings(machine: Machine, plan: SetupPlan): Promise<{ findings: Finding[]; live: Row[] }> {
  const live = await askClients(machine, plan.usable, plan.servers.map(({ name }) => name));
  const findings = live.map(({ client, server, state, detail, ms }): Finding => {
    const check = `${server} in ${client}`;
    if (state === "connected") return { check, status: "ok", detail: `${detail}, ${ms} ms` };
    return { check, status: state === "unknown" ? "warn" : "fail", detail, fix: state === "unknown" ? `Run ${client === "claude" ? "claude mcp list" : "codex"} yourself and read what it says` : "ai setup" };
  });
  return { findings, live };
}
