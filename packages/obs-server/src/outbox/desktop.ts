import { errorCode } from "@paios/shared/errors";
import type { Channel } from "./channel.ts";

const maxAttempts = 5;

/** Notifications can be dropped by the desktop without a word: "sent" is all that is known. */
export function desktopChannel(platform?: "linux" | "darwin" | "wsl", command?: string): Channel {
  return async ({ title, body, severity, attempt }, signal) => {
    const again = attempt < maxAttempts;
    try {
      const { notifyDesktop } = await import("@paios/macos-server");
      const code = await notifyDesktop({ title, body, urgent: severity === "critical" }, { signal, ...(platform && { platform }), ...(command !== undefined && { command }) });
      return code === 0 ? { sent: true } : { sent: false, again, reason: `The notifier ended with code ${code}. Is there a desktop session?` };
    } catch (error) {
      if (signal.aborted) throw error;
      if (errorCode(error) === "ENOENT" || errorCode(error) === "EACCES") return { sent: false, again: false, reason: "There is no program here that shows notifications. Install one (macos_doctor names it), or set obs.outbox.desktop to false." };
      return { sent: false, again, reason: "The notifier did not end in time." };
    }
  };
}
