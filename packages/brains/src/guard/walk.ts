import { resolve } from "node:path";
import { forEachChild, parse, type Command, type CommandNode, type ParsedScript, type Redirection, type SyntaxNode, type Word } from "unbash";
import { type Call, unknown, type Value } from "./call.ts";
import { isShell, saidTo, scriptOf, unwrap } from "./unwrap.ts";
import { copy, joined, merge, namesIn, programOf, set, startsItselfTwice, type State } from "./state.ts";
import { evaluate, plain } from "./words.ts";

interface Around {
  fed: readonly Call[];
  input?: string | undefined;
  background: boolean;
}

export interface Walk {
  calls: Call[];
  script: (text: string, state: State, around?: Partial<Around>) => void;
  node: (node: SyntaxNode, state: State, around?: Partial<Around>) => void;
}

/** A script that needs more is not one that somebody wrote to get something done. */
const maxCalls = 1_000;
const maxNodes = 60_000;
const maxDepth = 12;

/** Every program that a script would start, as far as can be told without running it. */
export function callsOf(text: string, place: { cwd: string; home: string }): Call[] {
  const calls: Call[] = [];
  let depth = 0;
  let nodes = 0;

  function finding(kind: NonNullable<Call["finding"]>): void {
    if (calls.at(-1)?.finding === kind) return;
    calls.push({ program: "", args: [], redirects: [], assigned: [], fed: [], input: undefined, folders: [], background: false, finding: kind });
  }

  function script(source: string, state: State, around: Partial<Around> = {}): void {
    // The parser reads what is nested once for each level.
    const substitutions = source.split("$(").length;
    if (depth >= maxDepth || calls.length >= maxCalls || substitutions > maxCalls) return finding("hidden");
    depth++;
    const parsed: ParsedScript = parse(source);
    if (parsed.errors?.length) finding("unparsed");
    node(parsed, state, around);
    depth--;
  }

  function node(of: SyntaxNode, state: State, { fed = [], input, background = false }: Partial<Around> = {}): void {
    const around: Around = { fed, input, background };
    if (++nodes > maxNodes || calls.length >= maxCalls) return finding("hidden");
    if ("errors" in of && of.errors?.length) finding("unparsed");
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- every other kind only holds these
    switch (of.type) {
      case "Statement":
        return node(of.command, state, { ...around, background: background || of.background === true });
      case "Pipeline":
        return pipeline(of.commands, state, around);
      case "Command":
        return command(of, state, around);
      case "Redirected": {
        const redirects = redirected(of.redirects, state);
        calls.push({ program: "", args: [], redirects: redirects.files, assigned: [], fed, input: redirects.input, folders: state.folders, background });
        return node(of.command, state, { ...around, input: redirects.input ?? input });
      }
      case "Function": {
        const name = plain(of.name);
        state.functions.set(name, of.body);
        if (startsItselfTwice(of.body, name)) finding("fork bomb");
        return;
      }
      case "Subshell":
      case "CommandExpansion":
      case "ProcessSubstitution":
      case "Coproc":
        return children(of, copy(state), around);
      case "AndOr":
      case "If":
      case "Case": {
        const before = copy(state);
        children(of, state, around);
        return merge(state, before);
      }
      case "For":
      case "Select":
        state.variables.set(plain(of.name), valuesOfList(of.wordlist, state));
        return loop(of.body, state, around);
      case "While":
      case "ArithmeticFor":
        return loop(of, state, around);
      default:
        return children(of, state, around);
    }
  }

  function children(of: SyntaxNode, state: State, around: Around): void {
    forEachChild(of, (child) => node(child, state, around));
  }

  function pipeline(commands: readonly CommandNode[], state: State, around: Around): void {
    let fed = around.fed;
    for (const each of commands) {
      if (calls.length >= maxCalls) return finding("hidden");
      const start = calls.length;
      node(each, copy(state), { ...around, fed });
      fed = [...fed, ...calls.slice(start)];
    }
  }

  /** Twice, since the second round begins where the first one ended. */
  function loop(of: SyntaxNode, state: State, around: Around): void {
    const before = copy(state);
    for (let round = 0; round < 2; round++) {
      if (of.type === "While" || of.type === "ArithmeticFor") children(of, state, around);
      else node(of, state, around);
    }
    merge(state, before);
  }

  function redirected(list: readonly Redirection[], state: State): { files: Call["redirects"]; input: string | undefined } {
    let input: string | undefined;
    const files = list.flatMap((redirect) => {
      if (redirect.type === "HereDoc") {
        input = redirect.body.text;
        for (const part of redirect.body.parts ?? []) node(part, state);
        return [];
      }
      const [target] = redirect.target ? evaluate(redirect.target, state, walk) : [];
      if (redirect.type === "HereString") {
        input = target?.sure ? target.text : unknown;
        return [];
      }
      return target ? [{ operator: redirect.operator, target }] : [];
    });
    return { files, input };
  }

  function command(of: Command, state: State, around: Around): void {
    const { files, input } = redirected(of.redirects, state);
    const assigned = [...of.prefix, ...of.suffix].flatMap((each) => {
      if (each.type !== "Assignment") return [];
      if (each.value.type === "ArrayValue") {
        const elements = each.value.elements.flatMap((element) => evaluate(element, state, walk));
        return [{ name: each.name, value: { text: elements.map(({ text }) => text).join(" "), sure: elements.every(({ sure }) => sure), inner: elements.flatMap(({ inner }) => inner) }, append: each.append === true }];
      }
      return [{ name: each.name, value: joined(evaluate(each.value, state, walk)), append: each.append === true }];
    });
    const shared: Omit<Call, "program" | "args"> = { redirects: files, assigned, fed: around.fed, input: input ?? around.input, folders: [...state.folders], background: around.background, shown: of.suffix.flatMap(namesIn) };
    // Some variables hold commands that a program runs.
    for (const { name, value } of assigned) if (/(?:_COMMAND|PAGER|EDITOR|BROWSER|_EXEC|VISUAL)$/.test(name) && value.sure) script(value.text, copy(state));
    const first = of.name ? evaluate(of.name, state, walk) : [];
    const rest = of.args.flatMap((argument) => (argument.type === "Assignment" ? [{ text: argument.text, sure: !/[$`]/.test(argument.text), inner: [] }] : evaluate(argument, state, walk)));
    const keeps = first.length === 0 || ["export", "declare", "local", "readonly", "typeset"].includes(first[0]?.text ?? "");
    if (keeps) for (const { name, value, append } of assigned) set(state, name, value, append);
    // One variable may hold several programs, or one program with its arguments.
    const starts = new Set(first.length > 1 ? first : []);
    for (const start of starts) emit([start, ...rest], shared, state);
    emit([...first, ...rest], shared, state);
  }

  function emit(argv: readonly Value[], shared: Omit<Call, "program" | "args">, state: State): void {
    const [name, ...args] = argv;
    const call: Call = { ...shared, program: name ? programOf(name) : "", args };
    calls.push(call);
    if (!name) return;
    const body = state.functions.get(name.text);
    if (body && depth < maxDepth) {
      const inner = copy(state);
      args.forEach((value, at) => inner.variables.set(String(at + 1), value.sure ? [value.text] : undefined));
      inner.variables.set("@", args.every(({ sure }) => sure) ? [args.map(({ text }) => text).join(" ")] : undefined);
      depth++;
      node(body, inner, shared);
      depth--;
      return;
    }
    if (call.program === "cd" || call.program === "pushd" || call.program === "chdir") return change(call, state);
    if (call.program === "popd" || call.program === "source" || call.program === ".") return call.program === "popd" ? void (state.folders = []) : undefined;
    if (call.program === "read" || call.program === "mapfile" || call.program === "readarray" || call.program === "unset") for (const { text } of args) state.variables.delete(text);
    if (call.program === "printf" && args[0]?.text === "-v") state.variables.delete(args[1]?.text ?? "");
    const own = scriptOf(call);
    if (own) {
      const inner = copy(state);
      own.parameters?.forEach((value, at) => inner.variables.set(String(at), value.sure ? [value.text] : undefined));
      if (own.parameters) inner.variables.set("@", own.parameters.every(({ sure }) => sure) ? [own.parameters.slice(1).map(({ text }) => text).join(" ")] : undefined);
      if (own.sure) script(own.text, call.program === "eval" ? state : inner, { fed: call.fed, background: call.background });
      else finding("hidden");
    }
    if (isShell(call.program) && call.input?.includes(unknown) && !own) finding("hidden");
    else if (isShell(call.program) && call.input !== undefined && !own) script(call.input, copy(state), { background: call.background });
    const said = isShell(call.program) && !own && call.input === undefined ? saidTo(call) : undefined;
    if (said !== undefined) script(said, copy(state), { background: call.background });
    depth++;
    if (depth < maxDepth) for (const { argv: inner, folders } of unwrap(call)) emit(inner, { ...shared, folders: folders ?? shared.folders }, folders ? { ...copy(state), folders } : state);
    depth--;
  }

  function change({ args, folders }: Call, state: State): void {
    const target = args.find(({ text }) => !/^-[LPe@]+$/.test(text) && text !== "--");
    if (!target) state.folders = [state.home];
    else if (!target.sure || target.text === "-") state.folders = [];
    else state.folders = folders.map((folder) => resolve(folder, target.text));
  }

  function valuesOfList(list: readonly Word[] | undefined, state: State): string[] | undefined {
    if (!list) return undefined;
    const values = list.flatMap((word) => evaluate(word, state, walk));
    return values.every(({ sure }) => sure) && values.length > 0 && values.length < 200 ? values.map(({ text }) => text) : undefined;
  }

  const walk: Walk = { calls, script, node };
  const variables = new Map<string, string[] | undefined>([["HOME", [place.home]], ["PWD", [place.cwd]]]);
  // A script so deep that reading it overflows the stack is refused like any that cannot be read.
  try {
    script(text, { folders: [place.cwd], variables, functions: new Map(), home: place.home });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    finding("hidden");
  }
  return calls;
}
