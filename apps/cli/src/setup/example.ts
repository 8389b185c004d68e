import type { FileRecord, Registration } from "./record.ts";
import type { Server, ServerTool } from "./servers.ts";

const kbTools: ServerTool[] = [
  { name: "kb_search", safe: true, risk: "" },
  { name: "kb_forget", safe: false, risk: "changes or removes things" },
  { name: "kb_capture", safe: false, risk: "reaches the outside world" },
];

/** Two servers as setup registers them, for tests: `kb_forget` and `kb_capture` need consent. */
export const mesh: readonly Server[] = ["kb", "obs"].map((name) => ({
  name,
  folder: `/opt/paios "1"/${name}`,
  command: "/home/ada/.paios/bin/node",
  args: ["--max-old-space-size=128", `/opt/paios "1"/${name}/main.js`],
  env: { PAIOS_HOME: "/home/ada/.paios" },
  passEnvironment: name === "obs" ? ["CODEX_HOME"] : [],
  startSeconds: 10,
  callSeconds: 120,
  tools: name === "kb" ? kbTools : [{ name: "obs_query", safe: true, risk: "" }],
}));

export const [kb, obs] = mesh as [Server, Server];

/** The lines that are in only one of two texts, whatever ends them. */
export function changedLines(before: string, after: string): { removed: string[]; added: string[] } {
  const [old, next] = [before, after].map((text) => text.split(/\r?\n/)) as [string[], string[]];
  const without = (from: readonly string[], taken: readonly string[]) => {
    const rest = [...taken];
    return from.filter((line) => !rest.includes(line) || rest.splice(rest.indexOf(line), 1).length === 0);
  };
  return { removed: without(old, next), added: without(next, old) };
}

/** What must hold for every text: a second time changes nothing, and taking it back gives the first text byte for byte. */
export function lawBreaks(text: string | undefined, register: (text: string | undefined, record?: FileRecord) => Registration, unregister: (text: string, record: FileRecord) => string | undefined): string[] {
  const first = register(text);
  // The record is kept in a file between two runs.
  const kept = JSON.parse(JSON.stringify(first.record)) as FileRecord;
  const second = register(first.text, kept);
  const broken: string[] = [];
  if (first.text === text) broken.push("nothing was registered");
  if (second.text !== first.text) broken.push(`the second time changed the text to\n${second.text}`);
  if (JSON.stringify(second.record) !== JSON.stringify(kept)) broken.push("the second time changed the record");
  const back = unregister(first.text, kept);
  if (back !== text) broken.push(`undone it is\n${back}\nnot\n${text}\nbut was\n${first.text}`);
  return broken;
}
