import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Kb } from "../kb.ts";
import { forget, unforget } from "../store/forget.ts";
import { afterWrite } from "../upkeep.ts";

export default defineTool({
  name: "kb_forget",
  description:
    "Take an article or note out of every answer, or with undo bring it back. Use to delete, remove or forget what is wrong or unwanted. Returns until when undo works; then it is purged.",
  input: z.strictObject({ id: z.int().min(1), undo: z.boolean().optional() }),
  output: z.object({ id: z.int(), state: z.enum(["forgotten", "live"]), changed: z.boolean(), undoUntil: z.string().optional() }),
  hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
  run: ({ id, undo = false }, { state, now }: Context<Kb>) => {
    const changed = undo ? unforget(state.database, id) : forget(state.database, id, now());
    if (changed) afterWrite(state);
    if (undo) return { id, state: "live" as const, changed };
    return { id, state: "forgotten" as const, changed, undoUntil: new Date(now() + state.config.purgeAfterDays * 86_400_000).toISOString() };
  },
});
