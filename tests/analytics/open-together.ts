import { setTimeout as wait } from "node:timers/promises";
import { join } from "node:path";
import { closeAnalytics, openAnalytics } from "../../packages/analytics-server/src/library.ts";

// Opens new homes, each at a moment that other processes do so too, and prints what went wrong.
const [folder = "", firstMs = "", homes = ""] = process.argv.slice(2);
const failures: string[] = [];
for (let home = 0; home < Number(homes); home++) {
  const at = Number(firstMs) + home * 60;
  await wait(Math.max(0, at - Date.now() - 5));
  while (Date.now() < at) {
    // To the millisecond.
  }
  try {
    await closeAnalytics(openAnalytics(join(folder, `home${home}`), { HOME: folder }));
  } catch (error) {
    failures.push(String(error));
  }
}
process.stdout.write(JSON.stringify(failures));
