import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Desktop } from "../desktop.ts";
import { driverNames } from "../drivers/driver.ts";
import { shownName } from "../present.ts";

export default defineTool({
  name: "macos_doctor",
  description: "Check what works here, with fixes. Use when a macos tool fails.",
  input: z.strictObject({}),
  output: z.object({
    driver: z.enum(driverNames),
    ok: z.boolean(),
    abilities: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string(), fix: z.string().optional() })),
    problems: z.array(z.string()),
  }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: async (_input, { state, signal }: Context<Desktop>) => {
    const driver = await state.driver();
    const abilities = await driver.abilities(signal);
    return { driver: driver.name, ok: abilities.every(({ ok }) => ok), abilities: abilities.map((each) => ({ ...each, detail: shownName(each.detail, 500) })), problems: state.problems };
  },
});
