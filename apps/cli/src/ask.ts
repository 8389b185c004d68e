import { UserError } from "@paios/shared/errors";

/** Whether a person sits at a terminal whom we can ask. */
export function canAsk(json: boolean): boolean {
  return !json && Boolean(process.stdin.isTTY && process.stdout.isTTY);
}

/** Yes or no; Ctrl-C ends the command with nothing done. */
export async function agrees(question: string): Promise<boolean> {
  const { confirm } = await import("@clack/prompts");
  return answer(await confirm({ message: question, initialValue: true }));
}

/** Any of the choices, by space and return. */
export async function choose(question: string, choices: readonly { value: string; hint: string }[], chosen: readonly string[]): Promise<string[]> {
  const { multiselect } = await import("@clack/prompts");
  return answer(await multiselect({ message: question, options: choices.map(({ value, hint }) => ({ value, label: value, hint })), initialValues: [...chosen], required: false }));
}

/** A line that is not shown: typed at a terminal, or read from standard input elsewhere. */
export async function secret(question: string): Promise<string> {
  if (!process.stdin.isTTY) return (await readAll()).trim();
  const { password } = await import("@clack/prompts");
  return answer(await password({ message: question })).trim();
}

/** Refuses to go on without a person's yes where nobody can be asked. */
export function mustSayYes(what: string): never {
  throw new UserError("bad_input", `${what} needs a yes, and this is no terminal to ask at. Add --yes to agree.`);
}

function answer<T>(given: T): Exclude<T, symbol> {
  if (typeof given === "symbol") throw new DOMException("stopped by Ctrl-C", "AbortError");
  return given as Exclude<T, symbol>;
}

async function readAll(): Promise<string> {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const part of process.stdin) text += String(part);
  return text;
}
