import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Desktop } from "../desktop.ts";
import type { Window } from "../drivers/driver.ts";
import { shownName } from "../present.ts";

const maxApps = 100;

export default defineTool({
  name: "macos_apps",
  description: "List apps with windows. Use to see what runs.",
  input: z.strictObject({}),
  output: z.object({ apps: z.array(z.object({ app: z.string(), pids: z.array(z.int()), windows: z.int(), focused: z.boolean() })) }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: async (_input, { state, signal }: Context<Desktop>) => {
    const windows = await (await state.driver()).windows(signal);
    const apps = new Map<string, Window[]>();
    for (const window of windows) apps.set(window.app, [...(apps.get(window.app) ?? []), window]);
    return {
      apps: [...apps].slice(0, maxApps).map(([app, its]) => ({
        app: shownName(app),
        pids: [...new Set(its.map(({ pid }) => pid).filter((pid) => pid !== undefined))],
        windows: its.length,
        focused: its.some(({ focused }) => focused),
      })),
    };
  },
});
