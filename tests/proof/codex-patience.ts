import { fetchClients } from "@paios/shared/testing/client-fetch";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { codexStartsUnderLoad } from "../clients/codex-starts.ts";
import { builtServer } from "../clients/fixtures.ts";

const times = 50;

/** Codex silently leaves out a server that takes over about 1 s to start: none of 50 starts on a busy machine may. */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  await fetchClients();
  using folder = temporaryFolder();
  const starts = await codexStartsUnderLoad(times, builtServer("kb", { PAIOS_HOME: folder.path }));
  const missing = starts.filter(({ offered }) => !offered).length;
  if (missing > 0) throw new Error(`kb-server's tools were missing in the first request of ${missing} of ${times} starts of Codex`);
  const ordered = starts.map(({ firstRequestMs }) => firstRequestMs).toSorted((a, b) => a - b);
  return { figures: { starts: times, missing, firstRequestMedianMs: ordered[times / 2] ?? 0, firstRequestSlowestMs: ordered.at(-1) ?? 0 } };
}
