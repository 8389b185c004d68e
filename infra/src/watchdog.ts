import { spawn } from "node:child_process";

type Environment = Record<string, string | undefined>;

/**
 * Tells systemd, as often as it asked to be told, that the event loop turns. Node has no datagram sockets of that kind, so
 * systemd's own program says it. Takes the variables out of the environment: they are not for what the service starts.
 */
export function feedWatchdog(environment: Environment): void {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid } = environment;
  for (const name of ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]) delete environment[name];
  const everyMs = Number(microseconds) / 1_000 / 3;
  if (!socket || !(everyMs > 0) || (pid !== undefined && pid !== String(process.pid))) return;
  const feed = () => {
    spawn("systemd-notify", ["WATCHDOG=1"], { stdio: "ignore", env: { ...environment, NOTIFY_SOCKET: socket } })
      .on("error", () => {})
      .unref();
  };
  setInterval(feed, everyMs).unref();
}
