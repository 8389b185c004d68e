import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Analytics, closeAnalytics, loadConfig, openAnalytics, type Settings, unset } from "@paios/analytics-server";
import { explain } from "@paios/shared/sqlite";
import { paiosHome, processEnvironment } from "@paios/shared/home";
import { interruptible } from "./interruptible.ts";
import { type Output, size } from "./output.ts";

/** Runs work on analytics after it has taken in what is new, with a bar where that takes long. */
export async function withAnalytics<T>(output: Output, work: (analytics: Analytics) => T | Promise<T>): Promise<T> {
  const bar = output.progress("sessions");
  return withStore(async (analytics) => {
    const { tookMs, bytes } = await analytics.refresher.refresh({ signal: interruptible(), progress: (done, total) => total > barFromBytes && bar.update(done, total, `bytes of sessions read`) });
    bar.end(bytes > barFromBytes ? `${size(bytes)} of sessions read in ${(tookMs / 1_000).toFixed(1)} s; from now on only what is new` : undefined);
    return work(analytics);
  }).finally(() => bar.end());
}

/** Runs work on analytics as it is. */
export async function withStore<T>(work: (analytics: Analytics) => T | Promise<T>): Promise<T> {
  const home = paiosHome();
  const analytics = openAnalytics(home, processEnvironment(), await settingsOf(home));
  for (const problem of analytics.problems) process.stderr.write(`${problem}\n`);
  try {
    return await work(analytics);
  } catch (error) {
    throw explain(analytics.path, error);
  } finally {
    await closeAnalytics(analytics);
  }
}

const barFromBytes = 20 * 1024 * 1024;

/** The schemas of settings take longer to load than a question takes to answer: only where there are settings. */
async function settingsOf(home: string): Promise<Settings> {
  let text = "";
  try {
    text = readFileSync(join(home, "paios.json"), "utf8");
  } catch {
    // Said by those who need the file.
  }
  return text.includes("analytics") ? (await loadConfig()).readSettings(home) : unset;
}
