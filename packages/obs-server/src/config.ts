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

/** A topic of an ntfy server, ntfy.sh or one's own. Who knows a topic's name reads it, unless the server asks for a token. */
const ntfy = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).default("https://ntfy.sh"),
  topic: z.string().regex(/^[\w-]{1,64}$/),
  /** The profile in auth-profiles.json with the access token. */
  profile: z.string().optional(),
});

/** One of the chat channels of the OpenClaw Gateway. */
const gateway = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).default("http://127.0.0.1:18789"),
  /** The profile in auth-profiles.json with the Gateway's token. */
  profile: z.string().optional(),
  /** As the Gateway names it: telegram, slack, …; its only one when left out. */
  channel: z.string().min(1).max(40).optional(),
  /** Whom, in that channel's own way: a chat id, a number, @name. */
  target: z.string().min(1).max(200),
});

const outbox = z.strictObject({
  desktop: z.boolean().default(true),
  webhook: webhook.optional(),
  ntfy: ntfy.optional(),
  gateway: gateway.optional(),
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
