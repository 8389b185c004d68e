import * as z from "zod";

/** The section "emit" of paios.json. */
export const emitConfig = z.strictObject({
  port: z.int().min(1).max(65_535).default(4747),
  /** Stated so that another address is refused with a reason. */
  host: z.literal("127.0.0.1", { error: 'must be "127.0.0.1": nothing of PAIOS listens beyond loopback' }).default("127.0.0.1"),
});
