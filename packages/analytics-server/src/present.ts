import { neutralise } from "@paios/shared/external";

/** Names of folders, models and tools come from files that others write. */
export function shownName(text: string): string {
  return neutralise(text).replace(/\n/g, " ");
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
