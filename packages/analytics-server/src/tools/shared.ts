import type { Context } from "@paios/shared/tool";
import * as z from "zod";
import type { Analytics } from "../analytics.ts";

/** What every question may say. */
export const period = {
  since: z.string().max(40).optional(),
  until: z.string().max(40).optional(),
  client: z.enum(["claude", "codex", "openclaw"]).optional(),
};

export const reads = { readOnly: true, destructive: false, idempotent: true, openWorld: false };
/** The first question may have years of sessions to read. */
export const limits = { timeoutMs: 600_000, outputChars: 200_000 };

const megabyte = 1_048_576;

/** Takes in what is new, with progress where it takes long. */
export async function freshen({ state, signal, now, progress }: Context<Analytics>): Promise<void> {
  let said = -1;
  await state.refresher.refresh({
    now,
    signal,
    progress: (done, total) => {
      const megabytes = Math.round(done / megabyte);
      if (total < 20 * megabyte || megabytes <= said) return;
      said = megabytes;
      progress(megabytes, Math.round(total / megabyte), "MB of sessions read");
    },
  });
}
