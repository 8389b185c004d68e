import { join } from "node:path";
import type { Service } from "./services.ts";

/** Where services run: everything in their files that differs from machine to machine. All paths absolute. */
export interface Place {
  /** The PAIOS home. */
  home: string;
  userHome: string;
  repository: string;
  /** The stable link that starts Node. */
  node: string;
  /** OpenClaw's command with links followed, where it is installed. */
  openclaw?: string | undefined;
  /** PATH of the programs that services start. */
  path: string;
  /** What else they are told, by name. */
  environment: Readonly<Record<string, string>>;
  /** Whether systemd-notify is there, by which a watchdog is fed. */
  canNotify: boolean;
}

export interface PlacedService {
  service: Service;
  /** Program and arguments. */
  command: string[];
  environment: Record<string, string>;
  /** Takes standard output and error. */
  log: string;
  workingFolder: string;
  /** Whether our preamble (log rotation, guard, watchdog) runs before the program. */
  hasPreamble: boolean;
}

/** Undefined for a program that this machine does not have at all; whether its file is there is for the caller to look. */
export function placeService(service: Service, place: Place): PlacedService | undefined {
  const program = programOf(service, place);
  if (program === undefined) return undefined;
  const { home, node, userHome, path, environment } = place;
  const hasPreamble = /\.[cm]?js$/.test(program);
  const start = hasPreamble ? [node, `--max-old-space-size=${Math.floor(service.memoryMegabytes * 0.75)}`, "--import", preambleOf(place), program] : [program];
  return {
    service,
    command: [...start, ...service.arguments],
    environment: { ...environment, PATH: path, PAIOS_HOME: home, PAIOS_SERVICE: service.name },
    log: logOf(home, service.name),
    workingFolder: userHome,
    hasPreamble,
  };
}

/** The file a service starts from. */
export function programOf({ program }: Service, { repository, openclaw }: Pick<Place, "repository" | "openclaw">): string | undefined {
  return program === "openclaw" ? openclaw : join(repository, program);
}

/** The built `main.ts` of this package. */
export function preambleOf({ repository }: Pick<Place, "repository">): string {
  return join(repository, "infra", "dist", "main.js");
}

/** Where the logs and the guards' records are. */
export function logsOf(home: string): string {
  return join(home, "logs");
}

export function logOf(home: string, name: string): string {
  return join(logsOf(home), `${name}.log`);
}
