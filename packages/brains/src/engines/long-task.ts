import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Codex refuses a longer message, and Claude Code one that is not much longer; both measured. */
const maxMessageChars = 1_048_576;
/** What both CLIs' reading tools show at once. */
const partChars = 100_000;

/** The text as it is, or, beyond what a CLI takes in one message, a message that names the files of this run that hold it. */
export function shortened(text: string, scratch: () => string): string {
  if (text.length <= maxMessageChars) return text;
  const folder = join(scratch(), "task");
  mkdirSync(folder, { mode: 0o700 });
  const names = [...parts(text)].map((part, at) => {
    const name = `part-${String(at + 1).padStart(4, "0")}.txt`;
    writeFileSync(join(folder, name), part, { mode: 0o600 });
    return name;
  });
  return `The task is ${text.length} characters, too long for one message. It stands in ${names.length} text files in the folder ${folder}, in order: ${names[0]} to ${names.at(-1)}. Read the first one, which begins the task, then the others as far as they are needed, and do what the task says.`;
}

/** Cut after a line where there is one near, and never inside a character. */
function* parts(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + partChars, text.length);
    const line = text.lastIndexOf("\n", end - 1);
    if (end < text.length && line > start + partChars / 2) end = line + 1;
    else if (end < text.length && /[\ud800-\udbff]/.test(text.charAt(end - 1))) end--;
    yield text.slice(start, end);
    start = end;
  }
}
