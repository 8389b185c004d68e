import * as z from "zod";

const servers = z.array(z.string().regex(/^[\w-]{1,64}$/)).default(["kb", "obs", "router", "analytics", "macos"]);
const environment = z.array(z.string().regex(/^\w{1,100}$/)).default([]);
const model = z.string().min(1).max(200).optional();
const url = z.url({ protocol: /^https?$/ });
const profile = z.string().min(1).max(100).optional();

/** The section "brains" of paios.json, as far as it says who can be asked and how. */
export const enginesConfig = z.object({
  claude: z.strictObject({ enabled: z.boolean().default(true), command: z.string().min(1).default("claude"), model, ways: z.array(z.enum(["sdk", "cli"])).min(1).default(["sdk", "cli"]), servers, environment }).prefault({}),
  codex: z.strictObject({ enabled: z.boolean().default(true), command: z.string().min(1).default("codex"), model, ways: z.array(z.enum(["app-server", "exec"])).min(1).default(["app-server", "exec"]), servers, environment }).prefault({}),
  gemini: z.strictObject({ enabled: z.boolean().default(true), url: url.default("https://generativelanguage.googleapis.com"), model: z.string().min(1).max(200).default("gemini-2.5-flash"), profile }).prefault({}),
  gateway: z.strictObject({ enabled: z.boolean().default(true), url: url.default("http://127.0.0.1:18789"), profile, agent: z.string().min(1).max(100).optional() }).prefault({}),
  local: z.strictObject({ enabled: z.boolean().default(true), url: url.optional(), model, profile }).prefault({}),
});

export type EnginesInput = z.input<typeof enginesConfig>;
