import type { Status } from "../health/check.ts";
import { type CheckResult, isStale, readResults } from "../health/results.ts";
import type { Obs } from "../obs.ts";
import { blockedBrains, failedJobs, failingIntegrations } from "./event-rules.ts";
import { type AlertFinding, type AlertRule, fingerprint } from "./rule.ts";

const minuteMs = 60_000;

type Wanted = (result: CheckResult) => boolean;

/** A rule over what the health checks found. */
function overChecks(rule: Omit<AlertRule, "evaluate">, wanted: Wanted, statuses: readonly Status[] = ["warn", "fail"]): AlertRule {
  return {
    ...rule,
    evaluate: ({ database }, now) =>
      readResults(database)
        .filter((result) => statuses.includes(result.status) && wanted(result))
        .map((result) => finding(rule.name, result, now)),
  };
}

function finding(rule: string, result: CheckResult, now: number): AlertFinding {
  const { name, detail } = result;
  const thing = name.slice(name.indexOf(":") + 1);
  return { fingerprint: fingerprint(rule, thing), summary: thing, detail, ...(isStale(result, now) && { stale: true }) };
}

/** A check by its name. */
function check(name: string): Wanted {
  return (result) => result.name === name;
}

/** The parts of a check, not the check itself. */
function partsOf(name: string): Wanted {
  return (result) => result.name.startsWith(`${name}:`);
}

export const builtInRules: readonly AlertRule[] = [
  overChecks({ name: "service-down", title: "Service down", severity: "critical", forMs: 10_000 }, check("emit-server"), ["fail"]),
  // Its own restart takes about 25 s.
  overChecks({ name: "gateway-down", title: "Gateway down", severity: "critical", forMs: 25_000 }, check("gateway"), ["fail"]),
  overChecks({ name: "mcp-error-rate", title: "MCP server fails", severity: "warning", forMs: minuteMs }, partsOf("mcp")),
  overChecks({ name: "database-damaged", title: "Database damaged", severity: "critical", forMs: 0 }, ({ kind }) => kind === "database", ["fail"]),
  overChecks({ name: "database-growth", title: "Database grows fast", severity: "warning", forMs: 0 }, partsOf("database-growth")),
  overChecks({ name: "session-store-growth", title: "Session store is large", severity: "info", forMs: 0 }, partsOf("session-stores")),
  overChecks({ name: "service-memory", title: "Service uses much memory", severity: "warning", forMs: 2 * minuteMs }, partsOf("memory")),
  overChecks({ name: "service-cpu", title: "Service uses much CPU", severity: "warning", forMs: 4 * minuteMs }, partsOf("cpu")),
  { name: "brain-blocked", title: "Brain blocked", severity: "warning", forMs: 0, evaluate: blockedBrains },
  { name: "failed-job", title: "Job failed", severity: "warning", forMs: 0, evaluate: failedJobs },
  overChecks({ name: "spool-not-empty", title: "Events wait in the spool", severity: "warning", forMs: 0 }, check("spool")),
  overChecks({ name: "config-corrupt", title: "Configuration damaged", severity: "critical", forMs: 0 }, partsOf("config"), ["fail"]),
  overChecks({ name: "disk-low", title: "Disk nearly full", severity: "critical", forMs: minuteMs }, check("disk"), ["fail"]),
  overChecks({ name: "credential-expiring", title: "Credential", severity: "warning", forMs: 0 }, ({ name, kind }) => kind === "credential" && name.includes(":")),
  { name: "integration-failing", title: "Integration fails", severity: "warning", forMs: 0, evaluate: integrations },
];

function integrations(obs: Obs, now: number): AlertFinding[] {
  const endpoints = readResults(obs.database).filter(({ kind, status }) => kind === "api" && status === "fail");
  return [...endpoints.map((result) => finding("integration-failing", result, now)), ...failingIntegrations(obs, now)];
}
