import { existsSync, rmSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { type ServiceName, services } from "@paios/infra/services";
import { renderUnits, timerOf, unitOf } from "@paios/infra/systemd";
import { UserError } from "@paios/shared/errors";
import type { Machine } from "../setup/machine.ts";
import { placeOf } from "./candidates.ts";
import type { Call, Manager, State } from "./manager.ts";

const properties = ["LoadState", "UnitFileState", "ActiveState", "SubState", "Result", "MainPID", "NRestarts", "MemoryCurrent", "NextElapseUSecRealtime"];
/** systemd's "not known". */
const unknownNumber = "18446744073709551615";

/** systemd's manager of the person's own units. */
export function systemdManager(machine: Machine, systemctl: Call, loginctl: Call): Manager & { answers: () => Promise<boolean> } {
  const folder = join(machine.env["XDG_CONFIG_HOME"] || join(machine.userHome, ".config"), "systemd", "user");
  const user = (...args: string[]) => systemctl(["--user", "--no-pager", ...args]);
  const must = async (...args: string[]) => {
    const { code } = await user(...args);
    if (code !== 0) throw new UserError("unavailable", `systemctl --user ${args.join(" ")} ended with code ${code}. Run it yourself to see why, then try again.`);
  };
  return {
    kind: "systemd",
    answers: async () => (await user("show", "--property", "Version")).code === 0,
    filesOf: (placed) => renderUnits(placed, placeOf(machine)).map(({ name, text }) => ({ path: join(folder, name), text })),
    pathsOf: (name) => [unitOf(name), timerOf(name)].map((file) => join(folder, file)),
    start: async (names) => {
      await must("daemon-reload");
      const units = names.map(enabledUnit);
      await user("reset-failed", ...units);
      await must("enable", ...units);
      await must("restart", ...units);
    },
    stop: async (names) => {
      const there = names.map(enabledUnit).filter((unit) => existsSync(join(folder, unit)));
      if (there.length > 0) await must("disable", ...there);
      const units = names.flatMap((name) => [enabledUnit(name), unitOf(name)]);
      await must("stop", ...units);
      await user("reset-failed", ...units);
    },
    forget: async () => {
      for (const { name } of services) removeDangling(folder, enabledUnit(name));
      await must("daemon-reload");
    },
    restart: async (name) => {
      await user("reset-failed", unitOf(name));
      await must("restart", ...(isCalendar(name) ? ["--no-block"] : []), unitOf(name));
    },
    states: async (units) => {
      if (units.length === 0) return [];
      const { code, stdout } = await user("show", ...properties.map((name) => `--property=${name}`), ...units);
      if (code !== 0) throw new UserError("unavailable", `systemctl --user show ended with code ${code}. Run systemctl --user status to see why.`);
      return stdout.toString("utf8").trim().split("\n\n").map(stateOf);
    },
    unitOf: enabledUnit,
    gatewayOfOpenClaw: () => {
      const profile = machine.env["OPENCLAW_PROFILE"]?.trim();
      const unit = `openclaw-gateway${profile && profile !== "default" ? `-${profile}` : ""}.service`;
      return existsSync(join(folder, unit)) ? unit : undefined;
    },
    startsAtBoot: async () => {
      const { code, stdout } = await loginctl(["show-user", userInfo().username, "--property=Linger"]);
      // Without a session and without linger logind does not know the user at all.
      return code === 127 ? undefined : stdout.toString("utf8").trim() === "Linger=yes";
    },
    enableAtBoot: async () => (await loginctl(["enable-linger", userInfo().username])).code === 0,
  };
}

function isCalendar(name: ServiceName): boolean {
  return services.some((service) => service.name === name && service.kind.runs === "at");
}

function enabledUnit(name: ServiceName): string {
  return isCalendar(name) ? timerOf(name) : unitOf(name);
}

/** A rollback takes the file of a unit away, and leaves the link by which it was enabled. */
function removeDangling(folder: string, unit: string): void {
  for (const target of ["default.target.wants", "timers.target.wants"]) {
    const link = join(folder, target, unit);
    if (!existsSync(link)) rmSync(link, { force: true });
  }
}

/** From the lines `Name=value` of `systemctl show`. */
function stateOf(block: string): State {
  const values = new Map(block.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const));
  const of = (name: string) => values.get(name) ?? "";
  const count = (name: string) => (/^\d+$/.test(of(name)) && of(name) !== unknownNumber ? Number(of(name)) : 0);
  const [, day, clock] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(of("NextElapseUSecRealtime")) ?? [];
  // What systemd will start again is not "failed" but "activating".
  const failed = of("ActiveState") === "failed";
  const detail = failed ? `${details[of("Result")] ?? "it ended"}, and stays down` : undefined;
  return {
    loaded: of("LoadState") === "loaded",
    enabled: of("UnitFileState") === "enabled",
    state: activity(of("ActiveState"), of("SubState")),
    ...(detail !== undefined && { detail }),
    ...(count("MainPID") > 0 && { pid: count("MainPID") }),
    ...(count("NRestarts") > 0 && { restarts: count("NRestarts") }),
    ...(count("MemoryCurrent") > 0 && { memoryBytes: count("MemoryCurrent") }),
    ...(day !== undefined && { nextAt: `${day}T${clock}Z` }),
  };
}

function activity(active: string, sub: string): State["state"] {
  if (active === "failed") return "failed";
  if (sub === "waiting") return "waiting";
  if (active === "activating" || active === "reloading") return "starting";
  return active === "active" ? "running" : "stopped";
}

/** What systemd calls the way it ended. */
const details: Record<string, string> = {
  "exit-code": "it ended with an error",
  signal: "it was killed",
  "core-dump": "it crashed",
  watchdog: "it stood still and was ended",
  timeout: "it took too long",
  "oom-kill": "it used more memory than it may",
  "start-limit-hit": "it ended at once too often",
  resources: "the system could not start it",
};
