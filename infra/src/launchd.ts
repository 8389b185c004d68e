import { build } from "plist";
import type { PlacedService } from "./place.ts";
import type { Service } from "./services.ts";

/** launchd's own least time between two starts. */
const throttleSeconds = 10;
const umask = 0o077;

export function labelOf(name: string): string {
  return `ai.paios.${name}`;
}

/** The property list of a service, as an agent of the person. */
export function renderPlist({ service, command, environment, log, workingFolder }: PlacedService): string {
  const list = {
    Label: labelOf(service.name),
    ProgramArguments: command,
    EnvironmentVariables: { ...environment, PAIOS_SERVICE_MANAGER: "launchd" },
    WorkingDirectory: workingFolder,
    StandardOutPath: log,
    StandardErrorPath: log,
    Umask: umask,
    ExitTimeOut: service.stopSeconds,
    RunAtLoad: true,
    ...whenOf(service),
  };
  assertText(list);
  return `${build(list)}\n`;
}

/** What power-off missed is lost to StartCalendarInterval, so RunAtLoad asks what is due. */
function whenOf({ kind }: Service): object {
  if (kind.runs === "always") return { KeepAlive: { SuccessfulExit: false }, ThrottleInterval: throttleSeconds };
  const { hour, minute, weekday } = kind;
  return { StartCalendarInterval: { Hour: hour, Minute: minute, ...(weekday !== undefined && { Weekday: weekday }) }, ProcessType: "Background" };
}

/** XML has no way to write these; a path that holds one cannot be a service's. */
function assertText(value: object): void {
  // oxlint-disable-next-line no-control-regex -- these are what is refused
  if (/[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]|[\uD800-\uDFFF]/u.test(textIn(value))) throw new Error("A path of this service holds a character that no property list can");
}

function textIn(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "object" && value !== null ? Object.values(value).map(textIn).join(" ") : "";
}
