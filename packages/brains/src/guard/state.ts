import { forEachChild, type SyntaxNode } from "unbash";
import { unknown, type Value } from "./call.ts";
import { plain } from "./words.ts";

/** What the shell knows at one place of a script. */
export interface State {
  folders: string[];
  /** The values a variable may have; undefined where they are not known. */
  variables: Map<string, string[] | undefined>;
  functions: Map<string, SyntaxNode>;
  home: string;
}

const maxValueChars = 100_000;

export function programOf({ text }: Value): string {
  const last = text.slice(text.lastIndexOf("/") + 1);
  return last.includes(unknown) || last === "" ? unknown : last.toLowerCase().replace(/\.exe$/, "");
}

export function set(state: State, name: string, value: Value, append: boolean): void {
  const before = append ? state.variables.get(name) : [""];
  const values = value.sure && before ? before.map((each) => each + value.text) : undefined;
  state.variables.set(name, values?.every((each) => each.length < maxValueChars) ? values : undefined);
}

export function joined(values: readonly Value[]): Value {
  return { text: values.map(({ text }) => text).join(" "), sure: values.every(({ sure }) => sure), inner: values.flatMap(({ inner }) => inner) };
}

export function copy(state: State): State {
  return { ...state, folders: [...state.folders], variables: new Map(state.variables), functions: new Map(state.functions) };
}

/** After a branch either may hold. */
export function merge(state: State, before: State): void {
  state.folders = state.folders.length === 0 || before.folders.length === 0 ? [] : [...new Set([...before.folders, ...state.folders])];
  for (const [name, values] of state.variables) {
    const earlier = before.variables.get(name);
    if (before.variables.has(name)) state.variables.set(name, values && earlier ? [...new Set([...earlier, ...values])].slice(0, 50) : undefined);
  }
}

/** The variables whose values are in a part of a command. */
export function namesIn(of: SyntaxNode): string[] {
  const own = of.type === "SimpleExpansion" ? [of.text.slice(1)] : of.type === "ParameterExpansion" ? [of.parameter] : [];
  if (of.type === "CommandExpansion") return own;
  forEachChild(of, (child) => own.push(...namesIn(child)));
  return own;
}

/** A function that starts itself in a pipeline with itself, or in the background. */
export function startsItselfTwice(body: SyntaxNode, name: string): boolean {
  let times = 0;
  let apart = false;
  const visit = (of: SyntaxNode): void => {
    if (of.type === "Command" && of.name && plain(of.name) === name) times++;
    if ((of.type === "Statement" && of.background === true) || of.type === "Pipeline") apart = true;
    forEachChild(of, visit);
  };
  visit(body);
  return times > 0 && apart;
}
