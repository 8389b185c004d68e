import { release } from "node:os";
import { errorCode } from "@paios/shared/errors";
import { run } from "@paios/shared/process";
import type { Channel, Outgoing } from "./channel.ts";

type Platform = "linux" | "darwin" | "wsl";

const timeoutMs = 5_000;
const maxAttempts = 5;

interface Notifier {
  command: string;
  args: (message: Outgoing) => string[];
  input: (message: Outgoing) => string;
}

/** Notifications can be dropped by the desktop without a word: "sent" is all that is known. */
export function desktopChannel(platform: Platform = thisPlatform(), command: string = notifiers[platform].command): Channel {
  const { args, input } = notifiers[platform];
  return async (message, signal) => {
    try {
      const { code } = await run({ command, args: args(message), input: input(message), timeoutMs, outputBytes: 100_000, signal });
      if (code === 0) return { sent: true };
      return { sent: false, again: message.attempt < maxAttempts, reason: `The notifier ended with code ${code}. Is there a desktop session?` };
    } catch (error) {
      if (signal.aborted) throw error;
      if (errorCode(error) === "ENOENT" || errorCode(error) === "EACCES") return { sent: false, again: false, reason: `There is no program ${notifiers[platform].command} here. Install it, or set obs.outbox.desktop to false.` };
      return { sent: false, again: message.attempt < maxAttempts, reason: `The notifier did not end within ${timeoutMs / 1_000} s.` };
    }
  };
}

const notifiers: Record<Platform, Notifier> = {
  linux: {
    command: "notify-send",
    args: ({ title, body, severity }) => ["--app-name=PAIOS", `--urgency=${severity === "critical" ? "critical" : "normal"}`, "--", title, escaped(body)],
    input: () => "",
  },
  darwin: {
    command: "osascript",
    args: () => ["-l", "JavaScript", "-"],
    // A JSON string is a JavaScript string: no text becomes code.
    input: ({ title, body }) =>
      `const app = Application.currentApplication();\napp.includeStandardAdditions = true;\napp.displayNotification(${JSON.stringify(body)}, { withTitle: ${JSON.stringify(title)} });\n`,
  },
  wsl: {
    command: "powershell.exe",
    args: () => ["-NoProfile", "-NonInteractive", "-Command", "-"],
    input: ({ title, body }) => `${toast(title, body).join("; ")}\n`,
  },
};

/** Some desktops read markup in the body. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Windows shows toasts of registered programs only, and PowerShell is one. */
function toast(title: string, body: string): string[] {
  const text = (value: string) => `[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${Buffer.from(value).toString("base64")}'))`;
  return [
    "$ErrorActionPreference = 'Stop'",
    "[void][Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]",
    "$toast = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent([Windows.UI.Notifications.ToastTemplateType]::ToastText02)",
    "$lines = $toast.GetElementsByTagName('text')",
    `[void]$lines.Item(0).AppendChild($toast.CreateTextNode(${text(title)}))`,
    `[void]$lines.Item(1).AppendChild($toast.CreateTextNode(${text(body)}))`,
    "$program = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'",
    "[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($program).Show([Windows.UI.Notifications.ToastNotification]::new($toast))",
  ];
}

function thisPlatform(): Platform {
  if (process.platform === "darwin") return "darwin";
  return release().toLowerCase().includes("microsoft") ? "wsl" : "linux";
}
