import { readConfig } from "@paios/shared/config";
import * as z from "zod";
import { type Settings, unset } from "./settings.ts";

const price = z.strictObject({
  input: z.number().min(0),
  output: z.number().min(0),
  cacheRead: z.number().min(0).optional(),
  cacheWrite5m: z.number().min(0).optional(),
  cacheWrite1h: z.number().min(0).optional(),
});

/** The section "analytics" of paios.json. */
export const analyticsConfig = z.strictObject({
  timezone: z.string().max(60).optional(),
  prices: z.record(z.string(), price).default(unset.prices),
  storeMegabytes: z.number().min(1).default(unset.storeMegabytes),
});

export function readSettings(home: string): Settings {
  const { value, problems } = readConfig(home, "analytics", analyticsConfig);
  return { ...value, problems };
}
