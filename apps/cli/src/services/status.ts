import { styleText } from "node:util";
import { logOf } from "@paios/infra/place";
import type { ServiceName } from "@paios/infra/services";
import { size } from "../output.ts";
import type { Machine } from "../setup/machine.ts";
import { candidates } from "./candidates.ts";
import type { Manager, State } from "./manager.ts";
import { isInstalled } from "./plan.ts";

export interface ServiceStatus extends Omit<State, "state" | "loaded"> {
  name: ServiceName;
  about: string;
  installed: boolean;
  state: State["state"] | "not installed";
  /** OpenClaw keeps it. */
  watched?: boolean;
  /** Whether its program is there. */
  available: boolean;
  log: string;
}

export interface Status {
  manager: "systemd" | "launchd";
  /** Whether services start before anyone logs in; undefined where that cannot be told. */
  boot: boolean | undefined;
  services: ServiceStatus[];
}

export async function statusOf(machine: Machine, manager: Manager): Promise<Status> {
  const all = candidates(machine, manager);
  const units = all.map((candidate) => (candidate.can === "watch" ? candidate.unit : manager.unitOf(candidate.service.name)));
  const [states, boot] = await Promise.all([manager.states(units), manager.startsAtBoot()]);
  const services = all.map((candidate, at): ServiceStatus => {
    const { name, about } = candidate.service;
    const { state, loaded: _loaded, ...rest } = states[at] ?? notKnown;
    const common = { name, about, log: logOf(machine.home, name) };
    if (candidate.can === "watch") return { ...common, ...rest, state, installed: true, available: true, watched: true, detail: candidate.reason };
    const installed = isInstalled(manager, name);
    const available = candidate.can === "install";
    if (installed || state !== "stopped") return { ...common, ...rest, state, installed, available, ...(installed ? {} : { detail: "its file is gone; ai services install, or log out" }) };
    return { ...common, enabled: false, installed, available, state: "not installed", detail: available ? "ai services install" : candidate.reason };
  });
  return { manager: manager.kind, boot, services };
}

export function showStatus({ manager, boot, services }: Status): string {
  const width = Math.max(...services.map(({ name }) => name.length));
  const rows = services.map((service) => `${marks[service.state]} ${service.name.padEnd(width)}  ${facts(service).join(", ")}`);
  return [...rows, "", bootLine(manager, boot)].join("\n");
}

export function bootLine(manager: Status["manager"], boot: boolean | undefined): string {
  if (manager === "launchd") return "They start when you log in: launchd starts agents of a person then.";
  if (boot === undefined) return "Whether they start before you log in cannot be told here: loginctl is missing.";
  return boot ? "They start with the machine, before anyone logs in." : "They start when you log in, not before. Next: sudo loginctl enable-linger $USER";
}

const notKnown: State = { loaded: false, enabled: false, state: "stopped" };

const marks: Record<ServiceStatus["state"], string> = {
  running: styleText("green", "✔"),
  waiting: styleText("green", "✔"),
  starting: styleText("yellow", "!"),
  stopped: styleText("yellow", "!"),
  failed: styleText("red", "✘"),
  "not installed": styleText("dim", "·"),
};

function facts({ state, detail, pid, memoryBytes, restarts, nextAt, enabled, installed }: ServiceStatus): string[] {
  return [
    state,
    ...(detail === undefined ? [] : [detail]),
    ...(pid === undefined ? [] : [`process ${pid}`]),
    ...(memoryBytes === undefined ? [] : [size(memoryBytes)]),
    ...(restarts === undefined ? [] : [`started again ${restarts} times`]),
    ...(nextAt === undefined ? [] : [`next ${nextAt.slice(0, 16).replace("T", " ")} UTC`]),
    ...(installed && !enabled ? ["not enabled at boot"] : []),
  ];
}
