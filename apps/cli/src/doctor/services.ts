import type { ServiceName } from "@paios/infra/services";
import { UserError } from "@paios/shared/errors";
import { applyInstall, settle } from "../services/install.ts";
import { findManager, type Manager } from "../services/manager.ts";
import { isInstalled, planInstall } from "../services/plan.ts";
import { type ServiceStatus, statusOf } from "../services/status.ts";
import type { Machine } from "../setup/machine.ts";
import type { Finding } from "./finding.ts";

/** Whether every service whose program is here runs and comes back after a reboot. */
export async function serviceFindings(machine: Machine): Promise<Finding[]> {
  const check = "services";
  try {
    const manager = await findManager(machine);
    if ("none" in manager) return [{ check, status: "ok", detail: manager.none }];
    const { services, boot } = await statusOf(machine, manager);
    const wrong = services.flatMap((service) => judge(machine, manager, service) ?? []);
    const well = services.filter(({ name, installed }) => installed && wrong.every(({ check }) => check !== nameOf(name))).map(({ name }) => name);
    return [...(well.length > 0 ? [{ check, status: "ok", detail: `${well.join(", ")} enabled at boot and well.` } as const] : []), ...wrong, ...beforeLogin(manager, boot, services)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ check, status: "fail", detail: error.message, fix: "Do what it says, then ai doctor again" }];
  }
}

function judge(machine: Machine, manager: Manager, service: ServiceStatus): Finding | undefined {
  const { name, installed, available, enabled, state, watched = false, detail } = service;
  const check = nameOf(name);
  const repair = () => installOne(machine, manager, name);
  if (watched) return judgeWatched(manager, service);
  if (!installed && state !== "not installed") return { check, status: "warn", detail: "It runs, but its file is gone: it does not come back after a reboot.", fix: "--fix ends it, and starts those that have a file", repair: () => settle(machine, manager) };
  if (!installed) {
    if (!available) return undefined;
    // A Gateway may run already in a terminal of the person's.
    if (name === "gateway") return { check, status: "warn", detail: "Not enabled at boot: nothing starts OpenClaw's Gateway.", fix: "openclaw gateway install, or ai services install gateway" };
    return { check, status: "warn", detail: "Not enabled at boot: it is not installed.", fix: "--fix installs, enables and starts it", repair };
  }
  if (!available) return { check, status: "fail", detail: "It is installed, but its program is not there.", fix: `Run pnpm build, or ai services uninstall ${name}` };
  if (!enabled) return { check, status: "warn", detail: "Not enabled at boot.", fix: "--fix enables and starts it", repair };
  if (planInstall(machine, manager, [name]).changed.length > 0) return { check, status: "warn", detail: "Its file is not as it would be written now.", fix: "--fix writes it again, with a backup", repair };
  if (state === "failed") return { check, status: "fail", detail: `It failed${detail === undefined ? "" : `: ${detail}`}.`, fix: `ai services logs ${name}, then ai services restart ${name}` };
  return state === "stopped" ? { check, status: "warn", detail: "It is enabled, but does not run.", fix: "--fix starts it", repair } : undefined;
}

function judgeWatched(manager: Manager, { name, enabled }: ServiceStatus): Finding | undefined {
  const check = nameOf(name);
  if (isInstalled(manager, name)) return { check, status: "warn", detail: "OpenClaw and PAIOS both have a service for the Gateway.", fix: `ai services uninstall ${name}` };
  return enabled ? undefined : { check, status: "warn", detail: "OpenClaw's own service for it is not enabled at boot.", fix: "openclaw gateway install --force" };
}

async function installOne(machine: Machine, manager: Manager, name: ServiceName): Promise<void> {
  await applyInstall(machine, manager, planInstall(machine, manager, [name]));
}

function beforeLogin({ enableAtBoot }: Manager, boot: boolean | undefined, services: readonly ServiceStatus[]): Finding[] {
  if (boot !== false || enableAtBoot === undefined || services.every(({ installed }) => !installed)) return [];
  const repair = async () => {
    if (!(await enableAtBoot())) throw new UserError("refused", "Starting services before login was not allowed. Run sudo loginctl enable-linger $USER");
  };
  return [{ check: "services at boot", status: "warn", detail: "Services start when you log in, not with the machine.", fix: "--fix switches it on (loginctl enable-linger)", repair }];
}

function nameOf(name: ServiceName): string {
  return `service ${name}`;
}
