import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { notifyDesktop, type NotifyPlatform } from "./notify.ts";

const signal = new AbortController().signal;
const hostile = `"; display dialog "x" & $(touch /x) <b>\u2028 'quoted' \\`;
const message = { title: `--help ${hostile}`, body: hostile, urgent: true };

/** A notifier that writes down how it was called, and ends with a code. */
function notifier(folder: string, code = 0): string {
  const path = join(folder, "notifier.sh");
  writeFileSync(path, `#!/bin/sh\nfor each in "$@"; do printf '%s\\n' "$each"; done > ${folder}/args\ncat > ${folder}/input\nexit ${code}\n`);
  chmodSync(path, 0o755);
  return path;
}

it.each<NotifyPlatform>(["linux", "darwin", "wsl"])("on %s the text is data: no option, no code, no markup", async (platform) => {
  using folder = temporaryFolder();
  expect(await notifyDesktop(message, { signal, platform, command: notifier(folder.path) })).toBe(0);
  const [args, input] = ["args", "input"].map((name) => readFileSync(join(folder.path, name), "utf8"));
  if (platform === "linux") {
    const body = hostile.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    expect(args).toBe(["--app-name=PAIOS", "--urgency=critical", "--", message.title, body, ""].join("\n"));
  } else if (platform === "darwin") {
    expect(args).toBe("-l\nJavaScript\n-\n");
    const shown: unknown[] = [];
    const app = { displayNotification: (body: string, { withTitle }: { withTitle: string }) => shown.push(withTitle, body) };
    runInNewContext(input ?? "", { Application: { currentApplication: () => app } });
    expect(shown).toEqual([message.title, message.body]);
  } else {
    const texts = [...(input ?? "").matchAll(/FromBase64String\('([\w+/=]*)'\)/g)].map(([, text]) => Buffer.from(text ?? "", "base64").toString());
    expect(texts).toEqual([message.title, message.body]);
  }
});

it("gives the notifier's code, and rejects where there is none or the call is cancelled", async () => {
  using folder = temporaryFolder();
  expect(await notifyDesktop(message, { signal, command: notifier(folder.path, 3) })).toBe(3);
  await expect(notifyDesktop(message, { signal, command: join(folder.path, "none") })).rejects.toMatchObject({ code: "ENOENT" });
  await expect(notifyDesktop(message, { signal: AbortSignal.abort(new Error("cancelled")), command: notifier(folder.path) })).rejects.toThrow("cancelled");
});
