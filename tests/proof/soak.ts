import { temporaryFolder } from "@paios/shared/testing/temporary";
import { soakKb } from "../storage/soak-kb.ts";

const calls = 10_000;
const maxSlope = 1_024;

/** SERV-03: 10,000 mixed calls, no failure, memory that grows by at most 1 KiB a call after the caches have filled. */
export async function prove(): Promise<{ figures: Record<string, number | string> }> {
  using folder = temporaryFolder();
  const { failed, faults, slopeBytesPerCall, descriptorsStart, descriptorsEnd, rssEnd, callsPerSecond } = await soakKb(folder.path, calls, 4_000);
  const slope = Math.round(slopeBytesPerCall);
  if (failed > 0 || faults.length > 0) throw new Error(`${failed} calls failed; ${faults.join(", ")}`);
  if (slope > maxSlope) throw new Error(`The memory grows by ${slope} bytes a call`);
  if (descriptorsEnd > descriptorsStart) throw new Error(`${descriptorsEnd - descriptorsStart} descriptors were left open`);
  return { figures: { calls, slopeBytesPerCall: slope, rssEndMiB: Math.round(rssEnd / 2 ** 20), descriptors: descriptorsEnd, callsPerSecond } };
}
