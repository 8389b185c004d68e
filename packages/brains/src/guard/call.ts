/** One word of a command as far as it is known before it runs. What is not known stands as `unknown` in `text`. */
export interface Value {
  text: string;
  sure: boolean;
  /** Calls whose output is in it, or which it hands over as a file. */
  inner: readonly Call[];
}

/** One program that a script would start, unwrapped from whatever starts it. */
export interface Call {
  /** Its name without folder, lower case; "" for redirections alone, `unknown` for one that is made up at run time. */
  program: string;
  args: readonly Value[];
  redirects: readonly { operator: string; target: Value }[];
  /** Variables set for it, or in the shell. */
  assigned: readonly { name: string; value: Value }[];
  /** What comes before it in its pipeline. */
  fed: readonly Call[];
  /** Names of variables that it is given, whatever they hold. */
  shown?: readonly string[];
  /** Text that it gets on standard input, where the script has it. */
  input: string | undefined;
  /** Where it may run: more than one after a branch. Empty: anywhere. */
  folders: readonly string[];
  background: boolean;
  /** A finding of the walk itself, such as a function that starts itself twice. */
  finding?: "fork bomb" | "unparsed" | "hidden";
}

export const unknown = "\u0000";

export function words(call: Call): string[] {
  return call.args.map(({ text }) => text);
}

/** Arguments that are no options; what follows `--` counts. `valued` are options whose next word is theirs. */
export function operands(call: Call, valued: readonly string[] = []): Value[] {
  const found: Value[] = [];
  let ended = false;
  for (let at = 0; at < call.args.length; at++) {
    const value = call.args[at];
    if (!value) continue;
    if (!ended && value.text === "--") ended = true;
    else if (ended || value.text === "-" || !value.text.startsWith("-")) found.push(value);
    else if (valued.includes(value.text)) at++;
  }
  return found;
}

/** Whether a long option, or a letter in a cluster of short ones, is given. */
export function has(call: Call, ...names: string[]): boolean {
  const before = words(call);
  const end = before.indexOf("--");
  const options = (end < 0 ? before : before.slice(0, end)).filter((word) => word.startsWith("-"));
  return names.some((name) =>
    name.startsWith("-")
      ? options.some((option) => option === name || option.startsWith(`${name}=`) || (name.startsWith("--") && name.length > 5 && option.length > 5 && option.startsWith("--") && name.startsWith(option)))
      : options.some((option) => /^-[^-]/.test(option) && option.slice(1).includes(name)),
  );
}

/** The values of an option: `--name v`, `--name=v`, `-n v`, `-nv`. */
export function valuesOf(call: Call, ...names: string[]): Value[] {
  return call.args.flatMap((value, at) => {
    const next = call.args[at + 1];
    return names.flatMap((name) => {
      if (value.text === name) return next ? [next] : [];
      if (name.startsWith("--")) return value.text.startsWith(`${name}=`) ? [{ ...value, text: value.text.slice(name.length + 1) }] : [];
      return value.text.startsWith(name) && value.text.length > name.length ? [{ ...value, text: value.text.slice(name.length).replace(/^=/, "") }] : [];
    });
  });
}

/** The subcommand words of programs such as git and docker: operands in order. */
export function verbs(call: Call, valued: readonly string[] = []): string[] {
  return operands(call, valued).map(({ text }) => text);
}
