import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Desktop } from "../desktop.ts";
import { isThere } from "../files.ts";
import { shownName } from "../present.ts";

const maxFiles = 50;

export default defineTool({
  name: "macos_find",
  description: "Find files by name. Use when it is unknown where one is.",
  input: z.strictObject({ query: z.string().trim().min(1).max(500) }),
  output: z.object({ files: z.array(z.string()) }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: async ({ query }, { state, signal }: Context<Desktop>) => {
    const found = await (await state.driver()).find(query, maxFiles, signal);
    // An index may be a day old.
    return { files: found.filter(isThere).map((path) => shownName(path, 4_000)) };
  },
});
