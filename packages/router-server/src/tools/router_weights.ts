import { UserError } from "@paios/shared/errors";
import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import { categories } from "../classify/categories.ts";
import { classes } from "../classify/model.ts";
import { fit } from "../learn/fit.ts";
import type { Router } from "../router.ts";
import { deltaOf, listWeights, useWeights } from "../store/weights.ts";

const facts = z.object({ rows: z.int(), goldenBefore: z.number(), goldenAfter: z.number(), reservedRows: z.int(), reservedBefore: z.number(), reservedAfter: z.number() });
const shipped = "shipped";

export default defineTool({
  name: "router_weights",
  description: 'Shows and changes what the router learned from ratings: list versions, fit a new one (used if it tests no worse), diff, promote, rollback (version "shipped": the original). Use to teach or undo. Returns the active version.',
  input: z.strictObject({ action: z.enum(["list", "fit", "diff", "promote", "rollback"]).optional(), version: z.string().max(120).optional() }),
  output: z.object({
    active: z.string(),
    versions: z.array(z.object({ version: z.string(), created: z.string(), state: z.string(), facts })).optional(),
    fitted: z.object({ version: z.string().optional(), reason: z.string(), facts }).optional(),
    diff: z.object({ changes: z.int(), byCategory: z.record(z.string(), z.object({ up: z.number(), down: z.number() })) }).optional(),
  }),
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
  run: ({ action = "list", version }, { state: router, now }: Context<Router>) => {
    const answer = act(router, action, version, now());
    return { active: router.active().version, ...answer };
  },
});

function act(router: Router, action: "list" | "fit" | "diff" | "promote" | "rollback", version: string | undefined, now: number): object {
  if (action === "list") return { versions: listWeights(router.database).map(({ created, base: _base, ...rest }) => ({ ...rest, created: new Date(created).toISOString() })) };
  if (action === "fit") return { fitted: fit(router, now) };
  if (action === "diff") return { diff: diffOf(router, version ?? router.active().version) };
  const target = action === "promote" ? named(version) : (version ?? previous(router));
  useWeights(router.database, target === shipped || target === router.weights.version ? undefined : target);
  router.reload();
  return {};
}

function diffOf(router: Router, version: string): object {
  const delta = version === router.weights.version || version === shipped ? new Map<number, number>() : deltaOf(router.database, version);
  const byCategory = Object.fromEntries(categories.map((name) => [name, { up: 0, down: 0 }]));
  for (const [place, change] of delta) {
    const sums = byCategory[categories[place % classes] ?? ""];
    if (sums && change > 0) sums.up = Math.round((sums.up + change) * 1_000) / 1_000;
    else if (sums) sums.down = Math.round((sums.down - change) * 1_000) / 1_000;
  }
  return { changes: delta.size, byCategory };
}

/** The version that was in use before the present one. */
function previous(router: Router): string {
  const versions = listWeights(router.database);
  const active = versions.findIndex(({ state }) => state === "active");
  if (active < 0) throw new UserError("not_found", "The shipped weights are in use: there is nothing to go back to.");
  return versions.slice(active + 1).find(({ state }) => state === "retired")?.version ?? shipped;
}

function named(version: string | undefined): string {
  if (version === undefined) throw new UserError("bad_input", "Say which version: router_weights lists them.");
  return version;
}
