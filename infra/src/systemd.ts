import type { PlacedService } from "./place.ts";
import type { Calendar, Resident } from "./services.ts";

export interface UnitFile {
  /** The file's name in the folder of the person's units. */
  name: string;
  text: string;
}

const restartSeconds = 10;
/** So many starts in so long, then it stays down. */
const startLimit = { burst: 10, seconds: 600 };
/** After the machine's start, for what is due; a timer that never ran catches up nothing by itself. */
const firstRunSeconds = 120;
const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

export function unitOf(name: string): string {
  return `paios-${name}.service`;
}

export function timerOf(name: string): string {
  return `paios-${name}.timer`;
}

/** The unit of a service, and its timer when it runs by the calendar. The one that is enabled is the last. */
export function renderUnits(placed: PlacedService, { canNotify }: { canNotify: boolean }): UnitFile[] {
  const { name, kind } = placed.service;
  const unit = { name: unitOf(name), text: unitText(placed, canNotify) };
  return kind.runs === "always" ? [unit] : [unit, { name: timerOf(name), text: timerText(placed, kind) }];
}

function unitText({ service, command, environment, log, hasPreamble }: PlacedService, canNotify: boolean): string {
  const { kind, about, name, memoryMegabytes, stopSeconds } = service;
  const resident = kind.runs === "always";
  return text([
    ["Unit", [`Description=PAIOS ${name}: ${about}`, ...(resident ? [`StartLimitIntervalSec=${startLimit.seconds}`, `StartLimitBurst=${startLimit.burst}`] : [])]],
    [
      "Service",
      [
        `Type=${resident ? "exec" : "oneshot"}`,
        `ExecStart=${startable(command).map((word, at) => quoted(word, at === 0)).join(" ")}`,
        "WorkingDirectory=~",
        ...Object.entries({ ...environment, PAIOS_SERVICE_MANAGER: "systemd" }).map(([key, value]) => `Environment=${quoted(`${key}=${value}`, true)}`),
        `StandardOutput=append:${escaped(log)}`,
        `StandardError=append:${escaped(log)}`,
        "UMask=0077",
        "LimitCORE=0",
        `MemoryMax=${memoryMegabytes}M`,
        "KillMode=mixed",
        `TimeoutStopSec=${stopSeconds}`,
        "SuccessExitStatus=0 143",
        ...(resident ? restart(kind, hasPreamble && canNotify) : []),
      ],
    ],
    ...(resident ? ([["Install", ["WantedBy=default.target"]]] as const) : []),
  ]);
}

/** systemd takes no quotes nor backslashes in a program's own path; the shell becomes the program, so its process is the same. */
function startable(command: readonly string[]): readonly string[] {
  return /["'\\]/.test(command[0] ?? "") ? ["/bin/sh", "-c", 'exec "$@"', "sh", ...command] : command;
}

/** The preamble feeds the watchdog through a child process, hence NotifyAccess. */
function restart({ watchdogSeconds, hopeless }: Resident, canFeed: boolean): string[] {
  return [
    "Restart=on-failure",
    `RestartSec=${restartSeconds}`,
    `RestartPreventExitStatus=${hopeless.join(" ")}`,
    ...(watchdogSeconds !== undefined && canFeed ? [`WatchdogSec=${watchdogSeconds}`, "NotifyAccess=all"] : []),
  ];
}

function timerText({ service: { name, about } }: PlacedService, { hour, minute, weekday }: Calendar): string {
  const clock = [hour, minute, 0].map((part) => String(part).padStart(2, "0")).join(":");
  const day = weekday === undefined ? "" : `${weekdays[weekday]} `;
  return text([
    ["Unit", [`Description=PAIOS ${name}: ${about}`]],
    ["Timer", [`OnCalendar=${day}*-*-* ${clock}`, `OnStartupSec=${firstRunSeconds}`, "Persistent=true", "AccuracySec=1s"]],
    ["Install", ["WantedBy=timers.target"]],
  ]);
}

function text(sections: readonly (readonly [string, readonly string[]])[]): string {
  return `# Written by ai services install, which writes it anew.\n${sections.map(([name, lines]) => `[${name}]\n${lines.join("\n")}\n`).join("\n")}`;
}

/** One word of a command line. `$` means something in arguments, not in the program's path nor in Environment=. */
function quoted(word: string, keepsDollar: boolean): string {
  const safe = escaped(word.replaceAll("\\", String.raw`\\`).replaceAll('"', String.raw`\"`));
  return `"${keepsDollar ? safe : safe.replaceAll("$", "$$$$")}"`;
}

/** A value that takes the whole line. */
function escaped(value: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is refused
  if (/[\u0000-\u001F\u007F]/.test(value)) throw new Error("A path of this service holds a character that no unit can");
  return value.replaceAll("%", "%%");
}
