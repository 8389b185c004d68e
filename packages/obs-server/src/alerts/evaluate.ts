import { type Database, sql } from "@paios/shared/sqlite";
import type { Obs } from "../obs.ts";
import { post } from "../outbox/post.ts";
import { type Alert, isSilenced, openAlerts } from "./alert.ts";
import { compose } from "./compose.ts";
import { type AlertFinding, type AlertRule } from "./rule.ts";
import { builtInRules } from "./rules.ts";

const gapMs = 120_000;
/** Two processes read the clock at slightly different times. */
const steadyMs = 5_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * Looks at every rule and moves its alerts on: pending, firing once it held for the rule's time, resolved when it is
 * gone. What a rule has to say is one message in the outbox. After a sleep or a step of the clock the time starts anew
 * and nothing is resolved until the next evaluation. Of two processes that evaluate at once one does it.
 */
export function evaluateAlerts(obs: Obs, now: number, rules: readonly AlertRule[] = builtInRules): void {
  const { database } = obs;
  const name = rules === builtInRules ? "alerts:evaluated" : `alerts:evaluated:${rules.map((rule) => rule.name).join()}`;
  const before = evaluatedAt(database, name);
  const found = rules.map((rule) => ({ rule, findings: rule.evaluate(obs, now) }));
  database
    .transaction(() => {
      if (evaluatedAt(database, name) !== before) return;
      sql(database, "INSERT INTO progress VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(name, Math.round(now));
      const steady = before !== undefined && now > before - steadyMs && now - before <= gapMs;
      const restarted = before !== undefined && !steady;
      if (restarted) restartClock(database, now, rules);
      for (const { rule, findings } of found) moveOn(obs, rule, findings, now, restarted);
      if (rules === builtInRules) dropUnknown(database, now, rules);
    })
    .immediate();
}

function evaluatedAt(database: Database, name: string): number | undefined {
  return sql<number>(database, "SELECT value FROM progress WHERE name = ?").pluck().get(name);
}

function restartClock(database: Database, now: number, rules: readonly AlertRule[]): void {
  const names = JSON.stringify(rules.map(({ name }) => name));
  sql(database, "UPDATE alert SET since_ms = ?, seen_ms = ? WHERE state = 'pending' AND rule IN (SELECT value FROM json_each(?))").run(now, now, names);
  sql(database, "UPDATE alert SET notified_ms = ? WHERE state = 'firing' AND notified_ms > ? AND rule IN (SELECT value FROM json_each(?))").run(now, now, names);
}

function moveOn(obs: Obs, rule: AlertRule, findings: readonly AlertFinding[], now: number, restarted: boolean): void {
  const { database } = obs;
  const byFingerprint = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  const open = new Map(openAlerts(obs).filter((alert) => alert.rule === rule.name).map((alert) => [alert.fingerprint, alert]));
  for (const finding of byFingerprint.values()) {
    if (finding.stale) continue;
    see(database, rule, finding, open.get(finding.fingerprint), now);
  }
  const resolved: Alert[] = [];
  for (const alert of open.values()) {
    if (byFingerprint.has(alert.fingerprint) || restarted) continue;
    if (alert.state === "pending") sql(database, "DELETE FROM alert WHERE id = ?").run(alert.id);
    else {
      sql(database, "UPDATE alert SET state = 'resolved', resolved_ms = ? WHERE id = ?").run(now, alert.id);
      if (alert.notifiedMs !== null && !isSilenced(database, alert.fingerprint, now)) resolved.push(alert);
    }
  }
  const due = openAlerts(obs).filter((alert) => alert.rule === rule.name && byFingerprint.get(alert.fingerprint)?.stale !== true && isDue(obs, alert, now));
  if (due.length + resolved.length === 0) return;
  post(obs, compose(rule, due, resolved), now);
  for (const { id } of due) sql(database, "UPDATE alert SET notified_ms = ? WHERE id = ?").run(now, id);
}

/** Makes or renews the alert of a finding, and lets it fire when it is old enough. */
function see(database: Database, rule: AlertRule, { fingerprint, summary, detail }: AlertFinding, alert: Alert | undefined, now: number): void {
  if (!alert) {
    const fires = rule.forMs === 0;
    sql(database, "INSERT INTO alert(fingerprint, rule, severity, summary, detail, state, since_ms, fired_ms, seen_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)").run(
      fingerprint, rule.name, rule.severity, summary, detail, fires ? "firing" : "pending", now, fires ? now : null, now,
    );
    return;
  }
  sql(database, "UPDATE alert SET summary = ?, detail = ?, seen_ms = ? WHERE id = ?").run(summary, detail, now, alert.id);
  if (alert.state === "pending" && now - alert.sinceMs >= rule.forMs) sql(database, "UPDATE alert SET state = 'firing', fired_ms = ? WHERE id = ?").run(now, alert.id);
}

/** Whether a person is to be told: for the first time, or again. */
function isDue({ database, config }: Obs, { state, notifiedMs, acknowledgedMs, fingerprint }: Alert, now: number): boolean {
  if (state !== "firing" || acknowledgedMs !== null) return false;
  if (notifiedMs !== null && now - notifiedMs < config.alerts.repeatHours * hourMs) return false;
  return !isSilenced(database, fingerprint, now);
}

/** An alert of a rule that no version running here has any more would stay open for ever. */
function dropUnknown(database: Database, now: number, rules: readonly AlertRule[]): void {
  sql(database, "UPDATE alert SET state = 'resolved', resolved_ms = ? WHERE state <> 'resolved' AND seen_ms < ? AND rule NOT IN (SELECT value FROM json_each(?))").run(now, now - dayMs, JSON.stringify(rules.map(({ name }) => name)));
}
