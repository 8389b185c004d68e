import { styleText } from "node:util";
import { Command } from "commander";
import type { Diagnosis, DoctorOptions } from "../doctor/run.ts";
import { interruptible } from "../interruptible.ts";
import { outputOf, plain } from "../output.ts";

/** Exit code 1 when something fails, so that scripts can ask. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .description("check registrations, databases, settings, credentials and the network; each finding with its fix")
    .option("--fix", "do the safe fixes: nothing is lost by them, and files are backed up")
    .option("--no-probe", "do not ask Claude Code and Codex themselves; under 2 s")
    .option("--deep", "read large databases whole")
    .action(async (options: DoctorOptions, command: Command) => {
      const { examine } = await import("../doctor/run.ts");
      const output = outputOf(command);
      const working = output.progress("Looking");
      const diagnosis = await examine(options, interruptible()).finally(() => working.end());
      output.print(diagnosis, () => show(diagnosis));
      if (diagnosis.status === "fail") process.exitCode = 1;
    });
}

const marks = { ok: styleText("green", "✔"), warn: styleText("yellow", "!"), fail: styleText("red", "✘") };

function show({ status, findings, repaired }: Diagnosis): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const rows = findings.map(({ check, status: level, detail, fix }) => `${marks[level]} ${check.padEnd(width)}  ${plain(detail)}${fix === undefined ? "" : `\n${" ".repeat(width + 4)}→ ${fix}`}`);
  const fixable = findings.some(({ fix }) => fix?.startsWith("--fix"));
  const words = { ok: "All is well.", warn: "It works, but look at the lines with !", fail: "Something fails." };
  return [...rows, "", ...(repaired.length > 0 ? [`Repaired: ${repaired.join(", ")}`] : []), styleText("bold", words[status]), ...(fixable ? ["Next: ai doctor --fix"] : [])].join("\n");
}
