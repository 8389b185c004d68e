import { styleText } from "node:util";
import { Command, Option } from "commander";
import { withObs } from "../observability.ts";
import { outputOf, plain } from "../output.ts";

interface Alerts {
  alerts: { id: number; state: "pending" | "firing" | "resolved"; severity: string; summary: string; detail: string; since: string; acknowledgedBy?: string }[];
}

export function alertsCommand(): Command {
  return new Command("alerts")
    .description("what is wrong now; --ack takes note of one, so that it is not repeated")
    .addOption(new Option("--state <state>").choices(["open", "pending", "firing", "resolved", "all"]))
    .option("--ack <id>", "the alert's number, or all")
    .option("--silence <hours>", "with --ack: not again for so long", Number)
    .action(async ({ state, ack, silence }: { state?: string; ack?: string; silence?: number }, command: Command) => {
      const output = outputOf(command);
      if (ack !== undefined) {
        const id = /^\d+$/.test(ack) ? Number(ack) : ack;
        const noted = await withObs((obs) => obs.call<{ acknowledged: { fingerprint: string }[] }>("obs_ack", { id, ...(silence !== undefined && { silenceHours: silence }) }));
        output.print(noted, () => (noted.acknowledged.length > 0 ? `Noted: ${noted.acknowledged.map(({ fingerprint }) => plain(fingerprint)).join(", ")}` : "Nothing was firing."));
        return;
      }
      const answer = await withObs((obs) => obs.call<Alerts>("obs_alerts", { ...(state !== undefined && { state }) }));
      output.print(answer, () => show(answer));
    });
}

function show({ alerts }: Alerts): string {
  if (alerts.length === 0) return "No alerts.";
  return alerts
    .map(({ id, state, severity, summary, detail, since, acknowledgedBy }) => {
      const colour = state === "resolved" ? "dim" : severity === "critical" ? "red" : "yellow";
      return `${styleText(colour, `#${id} ${state}`)}  ${styleText("bold", plain(summary))}  ${styleText("dim", `since ${since.slice(0, 16).replace("T", " ")}${acknowledgedBy ? ` · noted by ${plain(acknowledgedBy)}` : ""}`)}\n  ${plain(detail)}`;
    })
    .join("\n");
}
