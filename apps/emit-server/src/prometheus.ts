interface Counter {
  service: string;
  category: string;
  action: string;
  status: string;
  events: number;
  durationSumMs: number;
}

export interface MetricsInput {
  version: string;
  counters: readonly Counter[];
  checks: readonly { name: string; kind: string; status: string }[];
  alerts: readonly { state: string }[];
  outboxWaiting: number;
  residentBytes: number;
  cpuSeconds: number;
}

type Sample = readonly [labels: Record<string, string>, value: number];

const maxSeries = 2_000;

/** Everything as Prometheus text 0.0.4. Kinds of events beyond 2,000 series are summed under action="other". */
export function renderMetrics({ version, counters, checks, alerts, outboxWaiting, residentBytes, cpuSeconds }: MetricsInput): string {
  const series = bounded(counters);
  const state = (wanted: string) => alerts.filter((alert) => alert.state === wanted).length;
  return [
    metric("paios_events_total", "counter", "Events stored, by what they were.", series.map((each) => [labelsOf(each), each.events])),
    metric("paios_event_duration_seconds_total", "counter", "How long the events took together.", series.map((each) => [labelsOf(each), each.durationSumMs / 1_000])),
    metric("paios_up", "gauge", "1 when the health check passes; 0 when it fails or its result is too old.", checks.map(({ name, kind, status }) => [{ check: name, kind }, status === "ok" || status === "warn" ? 1 : 0])),
    metric("paios_alerts", "gauge", "Alerts that are not resolved.", ["pending", "firing"].map((each) => [{ state: each }, state(each)])),
    metric("paios_outbox_waiting", "gauge", "Messages not delivered yet.", [[{}, outboxWaiting]]),
    metric("process_resident_memory_bytes", "gauge", "Resident memory.", [[{}, residentBytes]]),
    metric("process_cpu_seconds_total", "counter", "User and system time.", [[{}, cpuSeconds]]),
    metric("paios_build_info", "gauge", "The version that runs.", [[{ version, node: process.versions.node }, 1]]),
  ].join("");
}

/** The first that are there stay, so that no counter moves between its own series and "other". */
function bounded(counters: readonly Counter[]): Counter[] {
  if (counters.length <= maxSeries) return [...counters];
  const rest = { ok: summed("ok"), error: summed("error") };
  for (const { status, events, durationSumMs } of counters.slice(maxSeries - 2)) {
    const sum = status === "error" ? rest.error : rest.ok;
    sum.events += events;
    sum.durationSumMs += durationSumMs;
  }
  return [...counters.slice(0, maxSeries - 2), rest.ok, rest.error];
}

function summed(status: string): Counter {
  return { service: "other", category: "other", action: "other", status, events: 0, durationSumMs: 0 };
}

function labelsOf({ service, category, action, status }: Counter): Record<string, string> {
  return { service, category, action, status };
}

function metric(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
