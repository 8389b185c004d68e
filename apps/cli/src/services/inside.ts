import { UserError } from "@paios/shared/errors";
import type { Machine } from "../setup/machine.ts";

/** Refuses what would end the service around this command, and this command with it, half done. */
export function assertOutside(machine: Pick<Machine, "env">, what: string, names: readonly string[]): void {
  const around = serviceAround(machine);
  if (around === undefined || !names.includes(around)) return;
  throw new UserError("refused", `This command runs inside the service ${around}, which ${what} would end with it, half done. Run it in a shell of your own; or let the program exit with an error: it is started again after 10 s.`);
}

/** The service that this command runs inside of: it, or a program that it started. */
function serviceAround({ env }: Pick<Machine, "env">): string | undefined {
  if (env["PAIOS_SERVICE"]) return env["PAIOS_SERVICE"];
  return env["OPENCLAW_SERVICE_MARKER"] && env["OPENCLAW_SERVICE_KIND"] === "gateway" ? "gateway" : undefined;
}
