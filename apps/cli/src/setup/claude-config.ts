import { findNodeAtLocation } from "jsonc-parser";
import { addToJsonArray, jsonAt, readJson, setJson, undoJson } from "./json-edit.ts";
import { marketplace, pluginId } from "./plugin.ts";
import { besideMark, configProblem, type FileRecord, isStill, lineAt, type Registration, sameKeys, type Step, stillOurs } from "./record.ts";
import type { Server } from "./servers.ts";

const newFile = "{}\n";
const allowPath = ["permissions", "allow"];
const marketplacePath = ["extraKnownMarketplaces", marketplace];
const enabledPath = ["enabledPlugins", pluginId];

/**
 * The text of Claude Code's `.claude.json` with every server at user scope, and the record of what was put in; `record`
 * is the one of the last time. Throws UserError("config") for a text that is not valid, or a server of that name that is
 * reached by address.
 */
export function registerClaude(file: string, text: string | undefined, servers: readonly Server[], record?: FileRecord): Registration {
  const known = ([first, name]: readonly string[]) => first !== "mcpServers" || name === undefined || servers.some((server) => server.name === name);
  return change(file, text, record, known, (start, steps) => servers.reduce((rest, server) => setServer(file, rest, server, steps), start));
}

export interface AllowWish {
  servers: readonly Server[];
  /** Tools that need consent and have the person's. */
  consented: readonly string[];
  /** The folder of the marketplace with our plugin. */
  plugin?: string | undefined;
}

/**
 * The text of Claude Code's `settings.json` that lets tools run unasked, the safe ones and those agreed to by name, and
 * switches our plugin on. Its own commands would write the whole file anew.
 */
export function allowClaude(file: string, text: string | undefined, { servers, consented, plugin }: AllowWish, record?: FileRecord): Registration {
  const rules = servers.flatMap((server) => server.tools.filter(({ name, safe }) => safe || consented.includes(name)).map(({ name }) => `mcp__${server.name}__${name}`));
  const isKnown = (path: readonly string[]) => (path[0] === allowPath[0] ? path.length <= allowPath.length || rules.includes(path.at(-1) ?? "") : plugin !== undefined);
  return change(file, text, record, isKnown, (start, steps) => {
    const allowed = rules.reduce((rest, rule) => addToJsonArray(file, rest, allowPath, rule, steps), start);
    if (plugin === undefined) return allowed;
    return setJson(file, setMarketplace(file, allowed, plugin, steps), enabledPath, true, steps);
  });
}

/** Whether our plugin is switched on; undefined when nothing is said of it. */
export function enabledInClaude(file: string, text: string): unknown {
  return jsonAt(readJson(file, text), enabledPath);
}

/** The text without what setup put in (either file); undefined when the file was ours and nothing else is in it. */
export function unregisterClaude(file: string, text: string | undefined, record: FileRecord): string | undefined {
  if (text === undefined) return undefined;
  const rest = besideMark(text, (present) => undoJson(file, present, ours(file, present, record.steps).map(whole)));
  return record.created && rest.trim() === newFile.trim() ? undefined : rest;
}

/** Throws UserError("config", "<file>:<line>: <what>; fix it and run ai setup again"). */
export function validateClaude(file: string): (text: string) => void {
  return (text) => {
    besideMark(text, (rest) => {
      readJson(file, rest);
      return rest;
    });
  };
}

function change(file: string, text: string | undefined, record: FileRecord | undefined, isKnown: (path: readonly string[]) => boolean, work: (text: string, steps: Step[]) => string): Registration {
  let steps: Step[] = [];
  const result = besideMark(text ?? newFile, (present) => {
    const before = ours(file, present, structuredClone(record?.steps ?? []));
    steps = before.filter(({ path }) => isKnown(path));
    const unwanted = before.filter(({ path }) => !isKnown(path));
    return work(undoJson(file, present, unwanted.map(whole)), steps);
  });
  return { text: result, record: { created: record?.created ?? text === undefined, steps } };
}

function ours(file: string, text: string, steps: readonly Step[]): Step[] {
  const tree = readJson(file, text);
  return stillOurs(steps, (path, now) => {
    const present = isServer(path) ? jsonAt(tree, [...path, "command"]) : undefined;
    return present !== undefined && present !== (JSON.parse(now) as { command?: unknown }).command;
  });
}

function isServer(path: readonly string[]): boolean {
  return path.length === 2 && path[0] === "mcpServers";
}

/** A server or marketplace that was ours leaves nothing behind, whatever was added to it. */
function whole(step: Step): Step {
  return step.kind === "entry" && (isServer(step.path) || sameKeys(step.path, marketplacePath)) ? { ...step, now: undefined } : step;
}

function setMarketplace(file: string, text: string, path: string, steps: Step[]): string {
  const source = { source: "directory", path };
  // What a person set beside it, as autoUpdate, stays.
  const present = jsonAt(readJson(file, text), [...marketplacePath, "source"]);
  return present !== undefined && isStill(JSON.stringify(source), present) ? text : setJson(file, text, marketplacePath, { source }, steps);
}

function setServer(file: string, text: string, server: Server, steps: Step[]): string {
  const at = ["mcpServers", server.name];
  const { command, args, env } = server;
  const [type, timeout] = ["stdio", server.callSeconds * 1_000];
  const tree = readJson(file, text);
  if (jsonAt(tree, at) === undefined) return setJson(file, text, at, { type, command, args, env, timeout }, steps);
  const url = findNodeAtLocation(tree, [...at, "url"]);
  if (url) throw configProblem(file, lineAt(text, url.offset), `"${server.name}" in mcpServers is another server, reached by address: rename or remove it`);
  const present = jsonAt(tree, [...at, "timeout"]);
  const leaves: [string[], unknown][] = [
    [["type"], type],
    [["command"], command],
    [["args"], args],
    ...Object.entries(env).map(([key, value]): [string[], unknown] => [["env", key], value]),
    // A longer time of the person's own stays.
    [["timeout"], typeof present === "number" && present > timeout ? present : timeout],
  ];
  const own = steps.find((step) => step.kind === "entry" && sameKeys(step.path, at));
  if (own?.kind === "entry") own.now = JSON.stringify({ type, command, args, env, timeout });
  return leaves.reduce((rest, [path, value]) => setJson(file, rest, [...at, ...path], value, own ? [] : steps), text);
}
