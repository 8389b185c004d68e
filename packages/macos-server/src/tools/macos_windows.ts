import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Desktop } from "../desktop.ts";
import { intersection } from "../picture/pixels.ts";
import { fenced, shownName } from "../present.ts";

const maxWindows = 100;
const titleChars = 300;

export default defineTool({
  name: "macos_windows",
  description: "List open windows, topmost first. Use to find one.",
  input: z.strictObject({}),
  output: z.object({
    windows: z.array(
      z.object({
        id: z.int(),
        title: z.string(),
        app: z.string(),
        pid: z.int().optional(),
        x: z.number(),
        y: z.number(),
        width: z.number(),
        height: z.number(),
        display: z.int().optional(),
        visible: z.boolean(),
        focused: z.boolean(),
      }),
    ),
    total: z.int(),
  }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: async (_input, { state, signal }: Context<Desktop>) => {
    const driver = await state.driver();
    const [displays, windows] = await Promise.all([driver.displays(signal), driver.windows(signal)]);
    return {
      windows: windows.slice(0, maxWindows).map((window) => {
        const { id, title, pid, x, y, width, height, visible, focused } = window;
        const display = displays.find((each) => intersection(each, { x: x + Math.floor(width / 2), y: y + Math.floor(height / 2), width: 1, height: 1 })) ?? displays.find((each) => intersection(each, window));
        return { id, title: fenced(title.slice(0, titleChars), "a window's title"), app: shownName(window.app), ...(pid !== undefined && { pid }), x, y, width, height, ...(display && { display: display.id }), visible, focused };
      }),
      total: windows.length,
    };
  },
});
