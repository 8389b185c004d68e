import * as z from "zod";

const days = z.number().min(1);

const retention = z.strictObject({
  /** Days an event is kept; errors and scored traces longer, rollups longest. */
  eventDays: days.default(30),
  errorDays: days.default(180),
  rollupDays: days.default(400),
  /** Above it the oldest events go first. */
  maxMegabytes: z.number().min(16).default(1_024),
});

const webhook = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** The profile in auth-profiles.json whose key is sent as a bearer token. */
  profile: z.string().optional(),
});

const outbox = z.strictObject({
  desktop: z.boolean().default(true),
  webhook: webhook.optional(),
});

const alerts = z.strictObject({
  /** Again after so long while it still fires. */
  repeatHours: z.number().min(0.1).default(4),
  databaseGrowthMegabytesPerDay: z.number().min(1).default(500),
  sessionStoreMegabytes: z.number().min(1).default(5_000),
  diskFreeMegabytes: z.number().min(1).default(1_000),
  serviceMemoryMegabytes: z.number().min(1).default(1_500),
  serviceCpuPercent: z.number().min(1).default(90),
  errorRatePercent: z.number().min(1).max(100).default(20),
});

/** The section "obs" of paios.json. */
export const obsConfig = z.strictObject({
  retention: retention.prefault({}),
  outbox: outbox.prefault({}),
  alerts: alerts.prefault({}),
});

export type ObsConfig = z.infer<typeof obsConfig>;
