import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { forgetStarts, staysDown } from "@paios/infra/guard-starts";
import { labelOf, renderPlist } from "@paios/infra/launchd";
import { logsOf } from "@paios/infra/place";
import { type ServiceName, services } from "@paios/infra/services";
import { UserError } from "@paios/shared/errors";
import type { Machine } from "../setup/machine.ts";
import type { Call, Manager, State } from "./manager.ts";

const goneAfterMs = 35_000;
const lookEveryMs = 250;

/** launchd's agents of the person. They start at login: only a daemon of root starts before. */
export function launchdManager(machine: Machine, launchctl: Call): Manager {
  const folder = join(machine.userHome, "Library", "LaunchAgents");
  const domain = `gui/${process.getuid?.()}`;
  const plistOf = (label: string) => join(folder, `${label}.plist`);
  const must = async (...args: string[]) => {
    const { code } = await launchctl(args);
    if (code === 0) return;
    const why = code === 125 ? " Nobody is logged in at the screen, which agents need." : "";
    throw new UserError("unavailable", `launchctl ${args.join(" ")} ended with code ${code}.${why} Run it yourself to see why, then try again.`);
  };
  const isLoaded = async (label: string) => (await launchctl(["print", `${domain}/${label}`])).code === 0;
  /** It returns before the service is gone, and what is not gone cannot be loaded again. */
  const bootout = async (label: string) => {
    if (!(await isLoaded(label))) return;
    await launchctl(["bootout", `${domain}/${label}`]);
    for (const until = Date.now() + goneAfterMs; await isLoaded(label); await wait(lookEveryMs)) {
      if (Date.now() > until) throw new UserError("unavailable", `${label} did not end in ${goneAfterMs / 1_000} s. Look at launchctl print ${domain}/${label}, then try again.`);
    }
  };
  return {
    kind: "launchd",
    filesOf: (placed) => [{ path: plistOf(labelOf(placed.service.name)), text: renderPlist(placed) }],
    pathsOf: (name) => [plistOf(labelOf(name))],
    start: async (names) => {
      for (const name of names) {
        forgetStarts(logsOf(machine.home), name);
        await bootout(labelOf(name));
        await must("enable", `${domain}/${labelOf(name)}`);
        await must("bootstrap", domain, plistOf(labelOf(name)));
      }
    },
    stop: async (names) => {
      for (const name of names) await bootout(labelOf(name));
    },
    forget: async () => {},
    restart: async (name) => {
      forgetStarts(logsOf(machine.home), name);
      await must("kickstart", "-k", `${domain}/${labelOf(name)}`);
    },
    states: async (labels) => {
      if (labels.length === 0) return [];
      const disabled = (await launchctl(["print-disabled", domain])).stdout.toString("utf8");
      return Promise.all(
        labels.map(async (label): Promise<State> => {
          const { code, stdout } = await launchctl(["print", `${domain}/${label}`]);
          const enabled = existsSync(plistOf(label)) && !["disabled", "true"].some((word) => disabled.includes(`"${label}" => ${word}`));
          const name = services.find((service) => labelOf(service.name) === label)?.name;
          return { ...(code === 0 ? stateOf(stdout.toString("utf8")) : { loaded: false, state: "stopped" as const }), ...heldBack(machine, name), enabled };
        }),
      );
    },
    unitOf: labelOf,
    gatewayOfOpenClaw: () => {
      const profile = machine.env["OPENCLAW_PROFILE"]?.trim();
      const label = `ai.openclaw.${profile && profile !== "default" ? profile : "gateway"}`;
      return existsSync(plistOf(label)) ? label : undefined;
    },
    startsAtBoot: () => Promise.resolve(undefined),
    enableAtBoot: undefined,
  };
}

/** From the lines `name = value` of `launchctl print`. */
function stateOf(text: string): Omit<State, "enabled"> {
  const of = (name: string) => new RegExp(String.raw`^\t${name} = (.+)$`, "m").exec(text)?.[1];
  const pid = Number(of("pid"));
  const runs = Number(of("runs"));
  const code = of("last exit code") ?? "0";
  const ended = /^\d+/.exec(code)?.[0] ?? "0";
  const running = of("state") === "running";
  const isCalendar = text.includes("com.apple.launchd.calendarinterval");
  const failed = !running && ended !== "0";
  return {
    loaded: true,
    state: running ? "running" : isCalendar ? "waiting" : failed ? "failed" : "stopped",
    ...(failed && { detail: `it ended with code ${ended}` }),
    ...(pid > 0 && { pid }),
    ...(runs > 1 && !isCalendar && { restarts: runs - 1 }),
  };
}

function heldBack({ home }: Machine, name: ServiceName | undefined): Partial<State> {
  const reason = name === undefined ? undefined : staysDown(logsOf(home), name);
  return reason === undefined ? {} : { state: "failed", detail: "it ended at once too often, and stays down" };
}
