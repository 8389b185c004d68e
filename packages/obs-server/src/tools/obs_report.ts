import { neutralise } from "@paios/shared/external";
import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { freshen, type Obs } from "../obs.ts";
import { rounded, timeFrom } from "../present.ts";
import { report } from "../query/report.ts";

const topRows = 15;

const row = z.object({ service: z.string(), action: z.string(), events: z.int(), errors: z.int(), meanMs: z.number(), maxMs: z.number() });

export default defineTool({
  name: "obs_report",
  description:
    `Give a report of a day, week or other stretch of time: how many calls each server got, what failed, what was slow, how answers were scored. Use for "how did it go today".`,
  searchHint: "summary statistics usage performance rate",
  input: z.strictObject({ since: z.string().max(40).optional().describe("Default 24h"), until: z.string().max(40).optional() }),
  output: z.object({
    since: z.string(),
    until: z.string(),
    events: z.int(),
    errors: z.int(),
    mostUsed: z.array(row),
    failing: z.array(row),
    slowest: z.array(row),
    scores: z.object({ given: z.int(), mean: z.number().optional() }),
    store: z.object({ events: z.int(), traces: z.int(), megabytes: z.number() }),
    problems: z.array(z.string()),
  }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: ({ since, until }, { state, now }: Context<Obs>) => {
    freshen(state);
    const from = timeFrom(since ?? "24h", "since", now()) ?? 0;
    const to = timeFrom(until, "until", now()) ?? now();
    const { mostUsed, failing, slowest, ...sums } = report(state, from, to, topRows);
    const shown = (rows: typeof mostUsed) => rows.map(({ service, action, events, errors, meanMs, maxMs }) => ({ service: neutralise(service), action: neutralise(action), events, errors, meanMs: rounded(meanMs), maxMs: rounded(maxMs) }));
    return { since: new Date(from).toISOString(), until: new Date(to).toISOString(), ...sums, mostUsed: shown(mostUsed), failing: shown(failing), slowest: shown(slowest), problems: state.problems };
  },
});
