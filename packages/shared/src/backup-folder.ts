import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "./errors.ts";

/** A folder named by the time, or just after the newest that is there: the clock may have gone back. */
export function newestFolder(backups: string, name: string): string {
  mkdirSync(backups, { recursive: true });
  const times = listFolder(backups).flatMap((entry) => timeOf(entry) ?? []);
  for (let time = times.reduce((latest, each) => Math.max(latest, each + 1), Date.now()); ; time++) {
    const folder = join(backups, `${new Date(time).toISOString().replace(/[:.]/g, "-")}-${name}`);
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
  }
}

function timeOf(entry: string): number | undefined {
  const [, day, hours, minutes, seconds, ms] = /^(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d)-(\d{3}Z)-/.exec(entry) ?? [];
  const time = Date.parse(`${day}${hours}:${minutes}:${seconds}.${ms}`);
  return Number.isNaN(time) ? undefined : time;
}

/** What is in a folder; nothing when there is none. */
export function listFolder(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
