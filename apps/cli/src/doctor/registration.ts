import { UserError } from "@paios/shared/errors";
import { applySetup } from "../setup/apply.ts";
import { codexCopies } from "../setup/codex-plugin.ts";
import { nodeLink, nodeLinkTarget } from "../setup/links.ts";
import type { Machine } from "../setup/machine.ts";
import { planSetup, type SetupPlan } from "../setup/plan.ts";
import { readRecord, registeredClients } from "../setup/record-file.ts";
import { pluginFolder } from "../setup/plugin.ts";
import { isEmpty } from "../setup/show.ts";
import type { Finding } from "./finding.ts";

/**
 * Whether the files of the clients that setup registered, the link and the command are as setup would write them now.
 * OpenClaw's own command takes over a second, and is only asked with `probe`.
 */
export async function registrationFindings(machine: Machine, probe: boolean, signal: AbortSignal): Promise<{ findings: Finding[]; plan: SetupPlan | undefined }> {
  const check = "registration";
  try {
    const record = readRecord(machine.files.record);
    if (!record) return { findings: [{ check, status: "warn", detail: "The servers are not registered: setup never ran for this home.", fix: "ai setup" }], plan: undefined };
    const plan = await planSetup(machine, { only: registeredClients(machine.files, record).filter((name) => probe || name !== "openclaw") });
    const clients: Finding[] = plan.clients.map((client) => {
      if (!client.installed) return { check: client.name, status: "warn", detail: "It is registered, but no longer installed.", fix: `ai setup --uninstall --client ${client.name === "openclaw" ? "gateway" : client.name}, or install it again` };
      return client.problem === undefined ? { check: client.name, status: "ok", detail: `${client.version} at ${client.command}` } : { check: client.name, status: "fail", detail: `It does not work: ${client.problem}.`, fix: `Run ${client.name} --version and read what it says` };
    });
    return { findings: [...clients, registered(machine, plan, signal)], plan };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { findings: [{ check, status: "fail", detail: error.message, fix: "Do what it says, then ai doctor again" }], plan: undefined };
  }
}

function registered(machine: Machine, plan: SetupPlan, signal: AbortSignal): Finding {
  const check = "registration";
  if (isEmpty(plan)) return { check, status: "ok", detail: `${plan.servers.map(({ name }) => name).join(", ")} registered in ${plan.usable.map(({ name }) => name).join(", ") || "no client"}.` };
  const wrong = [
    ...new Set(plan.planned.changes.filter(({ path }) => path !== machine.files.record).map(({ path }) => pluginPart(machine, path) ?? path)),
    ...(plan.linkNode ? [`${nodeLink(machine)} (${nodeLinkTarget(machine) === undefined ? "missing" : "leads elsewhere"})`] : []),
    ...plan.gateway.map(({ server }) => `${server} in OpenClaw`),
    ...pluginFaults(plan),
  ];
  return { check, status: "fail", detail: `Not as setup writes it: ${wrong.join(", ")}. \`ai setup --dry-run\` shows the difference.`, fix: "--fix writes it again, with a backup", repair: () => applySetup(machine, plan, signal) };
}

function pluginPart(machine: Machine, path: string): string | undefined {
  return path.startsWith(pluginFolder(machine)) ? `the plugin in ${pluginFolder(machine)}` : path.startsWith(codexCopies(machine)) ? "Codex' copy of the plugin" : undefined;
}

/** What a person misses by it. */
function pluginFaults({ plugin: { missing, hooks } }: SetupPlan): string[] {
  const distrusted = hooks.filter(({ trusted }) => !trusted).map(({ event }) => event);
  return [...missing.map((client) => `the plugin is not in ${client}`), ...(distrusted.length > 0 ? [`Codex skips these hooks, which it does not trust: ${distrusted.join(", ")}`] : [])];
}
