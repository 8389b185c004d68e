import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { BrainEvent } from "../brain.ts";
import { claudeReader } from "./claude-messages.ts";

it("passes on what Claude's stream says of its limits, as a real one wrote it", () => {
  const lines = readFileSync(join(import.meta.dirname, "../../../analytics-server/src/testing/fixtures/inputs/stream.jsonl"), "utf8").split("\n").filter(Boolean);
  const heard: BrainEvent[] = [];
  const { read } = claudeReader("cli", { onEvent: (event) => heard.push(event) }, () => 0);
  for (const line of lines) read(JSON.parse(line) as Record<string, unknown>);
  const limits = heard.filter(({ kind }) => kind === "limits");
  expect(limits).toHaveLength(lines.filter((line) => line.includes('"rate_limit_event"')).length);
  expect(limits[0]).toMatchObject({ said: { rate_limit_info: { unifiedWindows: { seven_day: { utilization: 0.81 } } } } });
});
