import * as z from "zod";
import { driverNames } from "./drivers/driver.ts";

const screens = z.strictObject({
  /** Pictures older than so many days go, and above so many megabytes the oldest ones. */
  days: z.number().min(0.01).default(7),
  megabytes: z.number().min(1).default(500),
});

/** The section "macos" of paios.json. */
export const macosConfig = z.strictObject({
  /** Which desktop to ask; by default it is found out at the first call. */
  driver: z.enum(["auto", ...driverNames]).default("auto"),
  screens: screens.prefault({}),
});

export type MacosConfig = z.infer<typeof macosConfig>;
