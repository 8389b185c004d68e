import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import type { Outgoing } from "./channel.ts";
import { desktopChannel } from "./desktop.ts";

const signal = new AbortController().signal;
const hostile = `"; display dialog "x" & $(touch /x) <b>\u2028 'quoted' \\`;
const message: Outgoing = { id: 1, thread: "t", title: `--help ${hostile}`, body: hostile, severity: "critical", createdMs: 0, attempt: 1 };

/** A notifier that writes down how it was called, and ends with a code. */
function notifier(folder: string, code = 0): string {
  const path = join(folder, "notifier.sh");
  writeFileSync(path, `#!/bin/sh\nfor each in "$@"; do printf '%s\\n' "$each"; done > ${folder}/args\ncat > ${folder}/input\nexit ${code}\n`);
  chmodSync(path, 0o755);
  return path;
}

it("on Linux the text is one argument each and no option, and markup is shown as text", async () => {
  using folder = temporaryFolder();
  expect(await desktopChannel("linux", notifier(folder.path))(message, signal)).toEqual({ sent: true });
  const body = hostile.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  expect(readFileSync(join(folder.path, "args"), "utf8")).toBe(["--app-name=PAIOS", "--urgency=critical", "--", message.title, body, ""].join("\n"));
});

it("on macOS the text goes in as JavaScript strings on standard input, never as code or argument", async () => {
  using folder = temporaryFolder();
  expect(await desktopChannel("darwin", notifier(folder.path))(message, signal)).toEqual({ sent: true });
  expect(readFileSync(join(folder.path, "args"), "utf8")).toBe("-l\nJavaScript\n-\n");
  const shown: unknown[] = [];
  const app = { displayNotification: (body: string, { withTitle }: { withTitle: string }) => shown.push(withTitle, body) };
  runInNewContext(readFileSync(join(folder.path, "input"), "utf8"), { Application: { currentApplication: () => app } });
  expect(shown).toEqual([message.title, message.body]);
});

it("on WSL the text goes in as base64 on standard input", async () => {
  using folder = temporaryFolder();
  expect(await desktopChannel("wsl", notifier(folder.path))(message, signal)).toEqual({ sent: true });
  const texts = [...readFileSync(join(folder.path, "input"), "utf8").matchAll(/FromBase64String\('([\w+/=]*)'\)/g)].map(([, text]) => Buffer.from(text ?? "", "base64").toString());
  expect(texts).toEqual([message.title, message.body]);
});

it("a notifier that is not there is not asked for ever, one that fails is tried five times", async () => {
  using folder = temporaryFolder();
  expect(await desktopChannel("linux", join(folder.path, "none"))(message, signal)).toEqual({ sent: false, again: false, reason: expect.stringContaining("There is no program here that shows notifications") as string });
  const failing = desktopChannel("linux", notifier(folder.path, 1));
  expect([await failing(message, signal), await failing({ ...message, attempt: 5 }, signal)]).toMatchObject([{ sent: false, again: true }, { sent: false, again: false }]);
});
