import { UserError } from "@paios/shared/errors";
import { sql } from "@paios/shared/sqlite";
import type { Obs } from "../obs.ts";
import { openAlerts } from "./alert.ts";

export interface Acknowledgement {
  /** An alert's number, its fingerprint, or "all" that fire now. */
  id: number | string;
  by: string;
  /** Says nothing about the same thing for so long, also when it ends and comes back. */
  silenceHours?: number | undefined;
}

export interface Acknowledged {
  alerts: { id: number; fingerprint: string }[];
  silencedUntilMs?: number;
}

const hourMs = 3_600_000;

/** Takes note of open alerts: they are not repeated. Throws `UserError("not_found")` when there is no such open alert. */
export function acknowledge(obs: Obs, { id, by, silenceHours }: Acknowledgement, now: number): Acknowledged {
  const { database } = obs;
  return database
    .transaction(() => {
      const alerts = openAlerts(obs).filter((alert) => (id === "all" ? alert.state === "firing" : alert.id === id || alert.fingerprint === id));
      if (alerts.length === 0 && id !== "all") throw new UserError("not_found", `No open alert is called ${typeof id === "number" ? id : "that"}. obs_alerts lists the open ones.`);
      const untilMs = silenceHours && now + silenceHours * hourMs;
      for (const alert of alerts) {
        sql(database, "UPDATE alert SET acknowledged_ms = coalesce(acknowledged_ms, ?), acknowledged_by = coalesce(acknowledged_by, ?) WHERE id = ?").run(now, by, alert.id);
        if (untilMs) sql(database, "INSERT INTO silence(pattern, until_ms, reason) VALUES (?, ?, ?)").run(alert.fingerprint, untilMs, `acknowledged by ${by}`);
      }
      sql(database, "DELETE FROM silence WHERE until_ms <= ?").run(now);
      return { alerts: alerts.map(({ id: number, fingerprint }) => ({ id: number, fingerprint })), ...(untilMs && alerts.length > 0 && { silencedUntilMs: untilMs }) };
    })
    .immediate();
}
