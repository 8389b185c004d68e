import { errorCode, UserError } from "@paios/shared/errors";
import type { PlacedService } from "@paios/infra/place";
import type { ServiceName } from "@paios/infra/services";
import { run, type RunResult } from "@paios/shared/process";
import type { Machine } from "../setup/machine.ts";
import { launchdManager } from "./launchd.ts";
import { findProgram } from "@paios/shared/find-program";
import { systemdManager } from "./systemd.ts";

/** What keeps services running here. Its methods throw UserError("unavailable") when its own command fails. */
export interface Manager {
  kind: "systemd" | "launchd";
  /** The files of a service as they should be. */
  filesOf: (placed: PlacedService) => { path: string; text: string }[];
  /** Where they are, for a service that may have no program any more. */
  pathsOf: (name: ServiceName) => string[];
  /** Loads what is in the files, enables and starts it; what ran with other files is started anew. */
  start: (names: readonly ServiceName[]) => Promise<void>;
  /** Ends and disables; the files are still there. */
  stop: (names: readonly ServiceName[]) => Promise<void>;
  /** Takes note that files are gone. */
  forget: () => Promise<void>;
  /** One that runs by the calendar is run now. */
  restart: (name: ServiceName) => Promise<void>;
  states: (units: readonly string[]) => Promise<State[]>;
  /** The unit that is enabled, of one of ours. */
  unitOf: (name: ServiceName) => string;
  /** OpenClaw's own service of its Gateway, when it installed one. */
  gatewayOfOpenClaw: () => string | undefined;
  /** Whether services of the person start with the machine, before anyone logs in. */
  startsAtBoot: () => Promise<boolean | undefined>;
  /** Makes it so; returns whether that worked. Undefined where nothing can be done. */
  enableAtBoot: (() => Promise<boolean>) | undefined;
}

export interface State {
  /** The manager knows it. */
  loaded: boolean;
  /** It comes back by itself after a reboot. */
  enabled: boolean;
  state: "running" | "waiting" | "starting" | "stopped" | "failed";
  /** Why it is so, in our own words, when it is not plain. */
  detail?: string;
  pid?: number;
  /** How often the manager started it again. */
  restarts?: number;
  memoryBytes?: number;
  /** The next time of one that runs by the calendar; ISO. */
  nextAt?: string;
}

const timeoutMs = 60_000;
const outputBytes = 1_000_000;

/** The service manager of this person's session, or the sentence that says why there is none. */
export async function findManager(machine: Machine): Promise<Manager | { none: string }> {
  const path = machine.env["PATH"] ?? "";
  const launchctl = findProgram("launchctl", path);
  if (launchctl !== undefined) return launchdManager(machine, caller(launchctl, machine));
  const systemctl = findProgram("systemctl", path);
  if (systemctl === undefined) return { none: "This machine has neither systemd nor launchd, so PAIOS has no services here. Start its programs yourself." };
  const manager = systemdManager(machine, caller(systemctl, machine), caller(findProgram("loginctl", path) ?? "loginctl", machine));
  return (await manager.answers()) ? manager : { none: "systemd runs no services for this user here (systemctl --user does not answer). Log in on the machine itself, or: sudo loginctl enable-linger $USER" };
}

/** The same; throws UserError("unavailable") where there is none. */
export async function needManager(machine: Machine): Promise<Manager> {
  const manager = await findManager(machine);
  if ("none" in manager) throw new UserError("unavailable", manager.none);
  return manager;
}

export type Call = (args: readonly string[]) => Promise<RunResult>;

function caller(command: string, { env, userHome }: Machine): Call {
  const runtime = env["XDG_RUNTIME_DIR"] ?? `/run/user/${process.getuid?.()}`;
  return async (args) => {
    try {
      return await run({ command, args, env: { ...env, XDG_RUNTIME_DIR: runtime, LC_ALL: "C", TZ: "UTC" }, cwd: userHome, timeoutMs, outputBytes });
    } catch (error) {
      if (errorCode(error) === "ENOENT") return { code: 127, stdout: Buffer.alloc(0), stderr: "" };
      throw error;
    }
  };
}
