import { besideMark, configProblem, type FileRecord, isStill, lineAt, type Registration, startsWith, type Step, stillOurs } from "./record.ts";
import type { FeatureEdit } from "./codex-features.ts";
import { marketplace, pluginId } from "./plugin.ts";
import type { Server } from "./servers.ts";
import { setToml, type TomlValue } from "./toml-edit.ts";
import { entryAt, hasKeys, readToml, type Toml, valueAt } from "./toml-read.ts";
import { removeToml, undoToml } from "./toml-undo.ts";

export interface CodexWish {
  servers: readonly Server[];
  /** Tools that need consent and have the person's, by name: "kb_forget". */
  consented: readonly string[];
  features?: readonly FeatureEdit[];
  /** Hooks of ours, which Codex runs only when their hash stands here. */
  hooks?: readonly { key: string; hash: string }[];
  /** The folder of the marketplace with our plugin. */
  plugin?: string | undefined;
}

interface Wanted {
  path: string[];
  value: TomlValue;
  /** A larger number of the person's own stays. */
  atLeast?: boolean;
}

const table = "mcp_servers";
const hookState = ["hooks", "state"];
const pluginTables = new Set(["marketplaces", "plugins"]);

/**
 * The text of `$CODEX_HOME/config.toml` with every wish fulfilled and no other byte changed, and the record of what was
 * put in; `record` is the one of the last time. What was wished then and is not now is taken out. Throws
 * UserError("config") for a text that is not valid, or a server of that name that is reached by address.
 */
export function registerCodex(file: string, text: string | undefined, wish: CodexWish, record?: FileRecord): Registration {
  const created = record?.created ?? text === undefined;
  let steps: Step[] = [];
  const result = besideMark(text ?? "", (present) => {
    steps = ours(file, present, structuredClone(record?.steps ?? []));
    const rest = dropUnwanted(file, present, wish, steps);
    const wanted: Wanted[] = [...wish.servers.flatMap((server) => wantedFor(file, readToml(file, rest), server, wish.consented)), ...(wish.features ?? []).map((edit) => wantedFeature(readToml(file, rest), edit)), ...(wish.hooks ?? []).flatMap(wantedTrust), ...(wish.plugin === undefined ? [] : wantedPlugin(wish.plugin))];
    return wanted.reduce((next, { path, value, atLeast }) => (atLeast && isEnough(file, next, path, value) ? next : setToml(file, next, path, value, steps)), rest);
  });
  return { text: result, record: { created, steps } };
}

/** The text without what setup put in; undefined when the file was ours and nothing else is in it. */
export function unregisterCodex(file: string, text: string | undefined, record: FileRecord): string | undefined {
  if (text === undefined) return undefined;
  const rest = besideMark(text, (present) => takeOut(file, present, ours(file, present, record.steps)));
  return record.created && rest.trim() === "" ? undefined : rest;
}

/** Throws UserError("config", "<file>:<line>: <what>; fix it and run ai setup again"). */
export function validateCodex(file: string): (text: string) => void {
  return (text) => void besideMark(text, (rest) => readToml(file, rest).text);
}

function wantedFor(file: string, toml: Toml, server: Server, consented: readonly string[]): Wanted[] {
  const at = (...keys: string[]) => [table, server.name, ...keys];
  const url = entryAt(toml, at("url"));
  if (url) throw configProblem(file, lineAt(toml.text, url.node.range[0]), `[${table}.${server.name}] is another server, reached by address: rename or remove it`);
  const agreed = server.tools.filter(({ name, safe }) => !safe && consented.includes(name));
  return [
    { path: at("command"), value: server.command },
    { path: at("args"), value: server.args },
    { path: at("startup_timeout_sec"), value: server.startSeconds, atLeast: true },
    { path: at("tool_timeout_sec"), value: server.callSeconds, atLeast: true },
    ...Object.entries(server.env).map(([key, value]) => ({ path: at("env", key), value })),
    ...(server.passEnvironment.length > 0 ? [{ path: at("env_vars"), value: server.passEnvironment }] : []),
    ...agreed.map(({ name }) => ({ path: at("tools", name, "approval_mode"), value: "approve" })),
  ];
}

/** A feature that the file names by an older name is set under that one. */
function wantedFeature(toml: Toml, { name, aliases, value }: FeatureEdit): Wanted {
  const known = [name, ...aliases].find((each) => entryAt(toml, ["features", each])) ?? name;
  return { path: ["features", known], value };
}

/** A plugin's hook has the hash of the whole plugin behind its own. */
function wantedTrust({ key, hash }: { key: string; hash: string }): Wanted[] {
  const [own = "", content] = hash.split("/");
  const at = (name: string) => [...hookState, key, name];
  return [{ path: at("trusted_hash"), value: own }, ...(content === undefined ? [] : [{ path: at("trusted_content_hash"), value: content }])];
}

function wantedPlugin(folder: string): Wanted[] {
  return [
    { path: ["marketplaces", marketplace, "source_type"], value: "local" },
    { path: ["marketplaces", marketplace, "source"], value: folder },
    { path: ["plugins", pluginId, "enabled"], value: true },
  ];
}

/** Whether our plugin is switched on; undefined when nothing is said of it. */
export function enabledInCodex(file: string, text: string): unknown {
  return valueAt(readToml(file, text), ["plugins", pluginId, "enabled"]);
}

function isEnough(file: string, text: string, path: readonly string[], value: TomlValue): boolean {
  const present = valueAt(readToml(file, text), path);
  return typeof present === "number" && present >= Number(value);
}

/** Servers, hooks and a plugin that are gone, and consent that was withdrawn; features stay until the end. */
function dropUnwanted(file: string, text: string, wish: CodexWish, steps: Step[]): string {
  const isUnwanted = ([first = "", name, group, tool]: readonly string[]) => {
    if (pluginTables.has(first)) return wish.plugin === undefined;
    if (first === hookState[0] && group !== undefined) return !wish.hooks?.some(({ key }) => key === group);
    if (first !== table || name === undefined) return false;
    const known = wish.servers.some((server) => server.name === name);
    return !known || (group === "tools" && tool !== undefined && !wish.consented.includes(tool));
  };
  const unwanted = steps.filter(({ path }) => isUnwanted(path));
  for (const step of unwanted) steps.splice(steps.indexOf(step), 1);
  return takeOut(file, text, unwanted);
}

function ours(file: string, text: string, steps: readonly Step[]): Step[] {
  const toml = readToml(file, text);
  return stillOurs(steps, (path, now) => {
    const present = isCommand(path) ? valueAt(toml, path) : undefined;
    return present !== undefined && !isStill(now, present);
  });
}

function isCommand(path: readonly string[]): boolean {
  return path.length === 3 && path[0] === table && path[2] === "command";
}

/** A server that was ours leaves nothing behind: Codex refuses a table without a command. */
function takeOut(file: string, text: string, steps: readonly Step[]): string {
  const names = steps.flatMap(({ kind, path }) => (kind === "entry" && isCommand(path) ? [path[1] ?? ""] : []));
  const foreign = names.flatMap((name) => leavings(file, text, name, steps));
  return undoToml(file, foreign.reduce((rest, path) => removeToml(file, rest, path), text), steps);
}

function leavings(file: string, text: string, name: string, steps: readonly Step[]): string[][] {
  const toml = readToml(file, text);
  if (!hasKeys(toml, [table, name])) return [];
  const isOurs = (path: readonly (string | number)[]) => steps.some((step) => startsWith(step.path, path) && !isEdited(step));
  const isEdited = (step: Step) => step.kind === "value" || (step.kind === "entry" && step.now !== undefined && !isStill(step.now, valueAt(toml, step.path)));
  const paths = [...toml.entries.map(({ path }) => path), ...toml.tables.map(({ resolvedKey }) => resolvedKey)];
  return paths.filter((path) => startsWith(path, [table, name]) && path.length > 2 && !isOurs(path)).map((path) => path.map(String));
}
