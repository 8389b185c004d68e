import { isMainThread } from "node:worker_threads";
import { paiosHome } from "@paios/shared/home";
import { forgetStarts, guardStarts } from "./guard-starts.ts";
import { logOf, logsOf } from "./place.ts";
import { rotateLog } from "./rotate-log.ts";
import { feedWatchdog } from "./watchdog.ts";

// The preamble of every service: `node --import <this> <program>`. Whatever fails here, the program is begun.
const rotation = { megabytes: 10, keep: 3 };
const rotateEveryMs = 10 * 60_000;

const { PAIOS_SERVICE: name, PAIOS_SERVICE_PID: begun, PAIOS_SERVICE_MANAGER: manager } = process.env;
// Workers and forked children of the program load it too.
if (isMainThread && name !== undefined && begun === undefined) await begin(name);

async function begin(name: string): Promise<void> {
  const home = paiosHome();
  process.env["PAIOS_SERVICE_PID"] = String(process.pid);
  rotate(logOf(home, name));
  setInterval(rotate, rotateEveryMs, logOf(home, name)).unref();
  feedWatchdog(process.env);
  if (manager !== "launchd") return;
  const reason = await guardStarts({ folder: logsOf(home), name });
  if (reason !== undefined) {
    process.stderr.write(`${reason}\n`);
    process.exit(0);
  }
  process.on("exit", (code) => {
    if (code === 0) forgetStarts(logsOf(home), name);
  });
}

function rotate(path: string): void {
  try {
    rotateLog(path, rotation);
  } catch {
    process.stderr.write(`${path} could not be rotated; it grows until there is room.\n`);
  }
}
