import { existsSync } from "node:fs";
import { type Place, type PlacedService, placeService, preambleOf, programOf } from "@paios/infra/place";
import { type Service, services } from "@paios/infra/services";
import { UserError } from "@paios/shared/errors";
import { nodeLink } from "../setup/links.ts";
import type { Machine } from "../setup/machine.ts";
import type { Manager } from "./manager.ts";
import { findProgram } from "@paios/shared/find-program";
import { realProgram, servicePath } from "./programs.ts";

/** A service on this machine: one that can be installed, one that cannot and why, or one that OpenClaw keeps itself. */
export type Candidate = { service: Service } & ({ can: "install"; placed: PlacedService } | { can: "nothing"; reason: string } | { can: "watch"; unit: string; reason: string });

/** Every service, or those of these names. Throws UserError("bad_input") for a name that is none. */
export function candidates(machine: Machine, manager: Pick<Manager, "gatewayOfOpenClaw">, names: readonly string[] = []): Candidate[] {
  const place = placeOf(machine);
  const wanted = names.length === 0 ? services : names.map(serviceNamed);
  return [...new Set(wanted)].map((service) => {
    const unit = service.name === "gateway" ? manager.gatewayOfOpenClaw() : undefined;
    if (unit !== undefined) return { service, can: "watch", unit, reason: "OpenClaw runs it as a service of its own; it is only watched" };
    const placed = placeService(service, place);
    const program = programOf(service, place);
    if (placed === undefined || program === undefined) return { service, can: "nothing", reason: "OpenClaw is not installed" };
    const missing = [program, ...(placed.hasPreamble ? [preambleOf(place)] : [])].find((file) => !existsSync(file));
    return missing === undefined ? { service, can: "install", placed } : { service, can: "nothing", reason: `its program is not there yet (${missing})` };
  });
}

export function serviceNamed(name: string): Service {
  const service = services.find((each) => each.name === name);
  if (!service) throw new UserError("bad_input", `"${name}" is not a service. Those are: ${services.map(({ name }) => name).join(", ")}.`);
  return service;
}

/** What the files of services say of this machine. */
export function placeOf(machine: Machine): Place {
  const { env, home, userHome, repository } = machine;
  const path = env["PATH"] ?? "";
  return {
    home,
    userHome,
    repository,
    node: nodeLink(machine),
    openclaw: realProgram("openclaw", path),
    path: servicePath(["claude", "codex", "openclaw"], path),
    environment: Object.fromEntries(["CLAUDE_CONFIG_DIR", "CODEX_HOME", "OPENCLAW_PROFILE"].flatMap((name) => (env[name] ? [[name, env[name]] as const] : []))),
    canNotify: findProgram("systemd-notify", path) !== undefined,
  };
}
