import { release } from "node:os";
import { run } from "@paios/shared/process";
import type { Notification } from "./drivers/driver.ts";

export type NotifyPlatform = "linux" | "darwin" | "wsl";

/** The program that shows a notification, and how it gets the text: as data, never as code or an option. */
export interface Notifier {
  command: string;
  args: (notification: Notification) => string[];
  input: (notification: Notification) => string;
}

const timeoutMs = 5_000;

/**
 * Hands a notification to the desktop and returns the notifier's exit code. The desktop may drop it without a word:
 * 0 means "sent", no more. Rejects with ENOENT or EACCES where there is no notifier, `UserError("timed_out")` after 5 s,
 * or the signal's reason.
 */
export async function notifyDesktop(notification: Notification, { signal, platform = thisPlatform(), command }: { signal: AbortSignal; platform?: NotifyPlatform; command?: string }): Promise<number | null> {
  const notifier = notifiers[platform];
  const { code } = await run({ command: command ?? notifier.command, args: notifier.args(notification), input: notifier.input(notification), timeoutMs, outputBytes: 100_000, signal });
  return code;
}

export const notifiers: Record<NotifyPlatform, Notifier> = {
  linux: {
    command: "notify-send",
    args: ({ title, body, urgent }) => ["--app-name=PAIOS", `--urgency=${urgent ? "critical" : "normal"}`, "--", title, escaped(body)],
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

function thisPlatform(): NotifyPlatform {
  if (process.platform === "darwin") return "darwin";
  return release().toLowerCase().includes("microsoft") ? "wsl" : "linux";
}

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
