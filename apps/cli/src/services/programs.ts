import { realpathSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { findProgram } from "@paios/shared/find-program";

/** Where services look for programs: the folders of the clients, and the usual ones. It does not change with the shell. */
export function servicePath(clients: readonly string[], present: string): string {
  const found = clients.flatMap((name) => findProgram(name, present) ?? []).map((program) => dirname(program));
  return [...new Set([...found, "/opt/homebrew/bin", "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"])].join(delimiter);
}

/** With links followed: what a package manager puts on PATH is often one. */
export function realProgram(name: string, path: string): string | undefined {
  const found = findProgram(name, path);
  return found && realpathSync(found);
}
