import { extname, isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "@paios/shared/errors";
import { type Context, defineTool } from "@paios/shared/tool";
import * as z from "zod";
import type { Desktop } from "../desktop.ts";
import { failure } from "../failure.ts";
import { statOf } from "../files.ts";

/** What a desktop runs when it is opened. Apps of macOS are not among them: opening one is what it is for. */
const runs = new Set(".bat .cmd .com .command .cpl .desktop .exe .hta .inetloc .jar .js .jse .lnk .msc .msi .pif .ps1 .reg .scf .scpt .scr .sh .terminal .tool .url .vbe .vbs .webloc .workflow .wsf".split(" "));

export default defineTool({
  name: "macos_open",
  description: "Open a web address, file or folder. Use to show it to the person.",
  input: z.strictObject({ target: z.string().trim().min(1).max(4_000) }),
  output: z.object({ opened: z.literal(true) }),
  hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
  run: async ({ target }, { state, signal }: Context<Desktop>) => {
    await (await state.driver()).open(checked(target), signal);
    return { opened: true as const };
  },
});

/** An address of the web or of mail, or something that is there: never an option of the program that opens it. */
function checked(target: string): string {
  if (/^(https?|mailto):/i.test(target)) {
    if (!URL.canParse(target)) throw new UserError("bad_input", "target is not a valid address. Write it as https://example.com/page.");
    return new URL(target).href;
  }
  const path = /^file:/i.test(target) ? fileOf(target) : target;
  if (!isAbsolute(path)) throw new UserError("bad_input", "target must be an http, https or mailto address, or an absolute path. Other kinds of address are not opened.");
  if (!statOf(path)) throw failure("unknown_file", "There is no such file or folder. macos_find looks for it.");
  if (runs.has(extname(path).toLowerCase())) throw failure("would_run", "A file of this kind would be run instead of shown. Let the person start it.");
  return path;
}

function fileOf(target: string): string {
  try {
    return fileURLToPath(target);
  } catch {
    throw new UserError("bad_input", "target is not a file address of this machine. Give the absolute path.");
  }
}
