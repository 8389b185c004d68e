import { expect, it } from "vitest";
import { type MetricsInput, renderMetrics } from "./prometheus.ts";

const empty: MetricsInput = { version: "1.2.3", counters: [], checks: [], alerts: [], outboxWaiting: 0, residentBytes: 1, cpuSeconds: 2 };
const counter = { service: "kb", category: "tool", action: "tools/call kb_add", status: "ok", events: 3, durationSumMs: 1_500 };

it("renders counters, checks and alerts", () => {
  const text = renderMetrics({ ...empty, counters: [counter], checks: [{ name: "disk", kind: "resource", status: "unknown" }, { name: "kb", kind: "database", status: "warn" }], alerts: [{ state: "firing" }] });
  expect(text).toContain('# TYPE paios_events_total counter\npaios_events_total{service="kb",category="tool",action="tools/call kb_add",status="ok"} 3\n');
  expect(text).toContain('paios_event_duration_seconds_total{service="kb",category="tool",action="tools/call kb_add",status="ok"} 1.5\n');
  expect(text).toContain('paios_up{check="disk",kind="resource"} 0\npaios_up{check="kb",kind="database"} 1\n');
  expect(text).toContain('paios_alerts{state="pending"} 0\npaios_alerts{state="firing"} 1\n');
});

it("escapes labels, so that no event can write a line of its own", () => {
  const text = renderMetrics({ ...empty, counters: [{ ...counter, action: 'a"} 1\npaios_up{check="disk\\' }] });
  expect(text).toContain(String.raw`action="a\"} 1\npaios_up{check=\"disk\\"`);
  expect(text.split("\n").filter((line) => line.startsWith("paios_up"))).toEqual([]);
});

it("stops at 2,000 series and sums the rest", () => {
  const counters = Array.from({ length: 5_000 }, (_, n) => ({ ...counter, action: `a${n}`, status: n % 5 === 0 ? "error" : "ok", events: 1 }));
  const lines = renderMetrics({ ...empty, counters }).split("\n").filter((line) => line.startsWith("paios_events_total{"));
  expect(lines).toHaveLength(2_000);
  expect(lines.at(-1)).toBe('paios_events_total{service="other",category="other",action="other",status="error"} 600');
  expect(lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0)).toBe(5_000);
});
