import { styleText } from "node:util";
import { Command } from "commander";
import { withObs } from "../observability.ts";
import { outputOf, plain } from "../output.ts";

type Status = "ok" | "warn" | "fail" | "unknown";

interface Health {
  status: "ok" | "degraded" | "fail" | "unknown";
  checks: { name: string; kind: string; status: Status; detail: string; ageMs: number }[];
}

/** Exit code 1 when something fails, so that scripts can ask. */
export function healthCommand(): Command {
  return new Command("health").description("whether services, APIs, databases, credentials, disk and memory are well; exit code 1 when not").action(async (_options: unknown, command: Command) => {
    const health = await withObs((obs) => obs.call<Health>("obs_health", {}));
    outputOf(command).print(health, () => show(health));
    if (health.status === "fail") process.exitCode = 1;
  });
}

const marks: Record<Status, string> = { ok: styleText("green", "✔"), warn: styleText("yellow", "!"), fail: styleText("red", "✘"), unknown: styleText("dim", "?") };

function show({ status, checks }: Health): string {
  const width = Math.max(...checks.map(({ name }) => name.length), 0);
  const rows = checks.map((check) => `${marks[check.status]} ${plain(check.name).padEnd(width)}  ${plain(check.detail)}${check.ageMs > 60_000 ? styleText("dim", ` (${Math.round(check.ageMs / 60_000)} min ago)`) : ""}`);
  const words = { ok: "All is well.", degraded: "It works, but not everything is well.", fail: "Something fails.", unknown: "Nothing is known." };
  return [...rows, "", styleText("bold", words[status])].join("\n");
}
