import * as z from "zod";

export const lastRun = z.object({ status: z.string(), at: z.string(), tookMs: z.number().optional(), note: z.string().optional() });

/** What a caller may send as a name; what is a name is judged where it is used. */
export const jobName = z.string().min(1).max(80);
