import type { Message } from "../outbox/post.ts";
import type { Alert } from "./alert.ts";
import type { AlertRule } from "./rule.ts";

const maxLines = 10;

/** One message for all that a rule has to say: what fires, for the first time or still, and what is over. */
export function compose(rule: AlertRule, firing: readonly Alert[], resolved: readonly Alert[]): Message {
  const lines = [...firing.map(firingLine), ...resolved.map(({ summary }) => `Over: ${summary}.`)];
  const more = lines.length > maxLines ? [`… and ${lines.length - maxLines} more.`] : [];
  return {
    thread: `alert:${rule.name}`,
    title: titleOf(rule, firing, resolved),
    body: [...lines.slice(0, maxLines), ...more].join("\n"),
    severity: firing.length > 0 ? rule.severity : "info",
  };
}

function titleOf({ title }: AlertRule, firing: readonly Alert[], resolved: readonly Alert[]): string {
  if (firing.length === 0) return `Over: ${title}: ${named(resolved)}`;
  return `${title}: ${named(firing)}${resolved.length > 0 ? `; over: ${named(resolved)}` : ""}`;
}

function firingLine({ summary, detail, notifiedMs, sinceMs }: Alert): string {
  return `${notifiedMs === null ? "" : `Still, since ${new Date(sinceMs).toISOString().slice(0, 16)}Z: `}${summary}: ${detail}`;
}

function named(alerts: readonly Alert[]): string {
  const [first] = alerts;
  return alerts.length === 1 && first ? first.summary : `${alerts.length} of them`;
}
