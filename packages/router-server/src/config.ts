import * as z from "zod";
import { brains } from "./classify/categories.ts";

/** The section "router" of paios.json. */
export const routerConfig = z.strictObject({
  /** Who gets a task of which too little is known. */
  fallbackBrain: z.enum(brains).default("claude"),
  /** Below this probability the fallback decides. */
  threshold: z.number().min(0).max(0.95).default(0.45),
  /** Decisions are kept so long; those with feedback always. */
  decisionDays: z.number().min(1).default(400),
  /** Feedback learned from, per day: nobody can turn the router over in an hour. */
  feedbackRowsPerDay: z.int().min(1).default(50),
});

export type RouterConfig = z.infer<typeof routerConfig>;
