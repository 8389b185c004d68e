import * as z from "zod";

const pruneRule = z.strictObject({
  /** Older than this goes. */
  olderThanDays: z.number().min(1).optional(),
  /** Above it the oldest go, but none younger than `keepDays`. */
  maxMegabytes: z.number().min(1).optional(),
  /** Nothing younger is ever touched. */
  keepDays: z.number().min(1).default(7),
});

const job = z.strictObject({
  enabled: z.boolean().optional(),
  schedule: z.string().min(1).max(200).optional(),
  timezone: z.string().min(1).max(100).optional(),
});

/** The section "heartbeat" of paios.json. */
export const heartbeatConfig = z.strictObject({
  /** How many jobs run at once, over all processes. */
  wip: z.int().min(1).max(32).default(3),
  /** Of schedules that name none; the machine's own when left out. */
  timezone: z.string().min(1).max(100).optional(),
  jobs: z.record(z.string(), job).default({}),
  agentJobs: z.strictObject({ perOwner: z.int().min(0).max(100).default(5), total: z.int().min(0).max(1_000).default(50), maxDays: z.number().min(1).max(365).default(30) }).prefault({}),
  /** Which session stores are pruned, and how; what is not named is only reported. OpenClaw tidies its database itself, by its own rules. */
  sessionStores: z.strictObject({ claude: pruneRule.optional(), codex: pruneRule.optional(), openclaw: pruneRule.optional(), openclawDatabase: z.boolean().optional() }).prefault({}),
  /** How long before it expires a credential is spoken of. */
  credentialDays: z.number().min(1).max(90).default(7),
  /** Let `codex` renew its own sign-in before it expires. */
  renewCodex: z.boolean().default(true),
});

export type HeartbeatConfig = z.infer<typeof heartbeatConfig>;
