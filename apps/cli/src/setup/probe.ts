import { performance } from "node:perf_hooks";
import { errorCode, UserError } from "@paios/shared/errors";
import { run } from "@paios/shared/process";
import { askCodex, type Request } from "./app-server.ts";

export type State = "connected" | "failed" | "pending" | "missing" | "unknown";

/** One server as one client meets it. */
export interface Row {
  client: "claude" | "codex";
  server: string;
  state: State;
  /** What the client says of it. */
  detail: string;
  /** Codex: from the question to the tools of this server; Claude: of the whole list. */
  ms: number;
}

export interface ProbeOptions {
  /** The client's program. */
  command: string;
  /** The names of the servers to look for. */
  servers: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Where the client starts: a folder without a project's servers. */
  cwd: string;
  timeoutMs?: number;
}

const defaultTimeoutMs = 20_000;
const outputBytes = 1_000_000;
const marks: readonly [string, State][] = [
  [" - ✔ ", "connected"],
  [" - ✓ ", "connected"],
  [" - ✘ ", "failed"],
  [" - ✗ ", "failed"],
  [" - ⏸ ", "pending"],
];

/** Asks Claude Code itself (`claude mcp list` starts every server). Rejects never: a client that cannot answer gives "unknown". */
export async function probeClaude({ command, servers, env, cwd, timeoutMs = defaultTimeoutMs }: ProbeOptions): Promise<Row[]> {
  const start = performance.now();
  const elapsed = () => Math.round(performance.now() - start);
  try {
    const { code, stdout } = await run({ command, args: ["mcp", "list"], env, cwd, timeoutMs, outputBytes });
    if (code !== 0) return servers.map((server) => ({ client: "claude", server, state: "unknown", detail: `claude mcp list ended with code ${code}`, ms: elapsed() }));
    const states = parseClaudeList(stdout.toString("utf8"));
    return servers.map((server) => ({ client: "claude", server, ...(states.get(server) ?? notRegistered), ms: elapsed() }));
  } catch (error) {
    return servers.map((server) => ({ client: "claude", server, state: "unknown", detail: reason(error), ms: elapsed() }));
  }
}

/** Asks Codex itself, through its app-server, server by server. Rejects never: what it cannot answer is "unknown". */
export async function probeCodex({ command, servers, env, cwd, timeoutMs = defaultTimeoutMs }: ProbeOptions): Promise<Row[]> {
  const rows: Row[] = [];
  let start = performance.now();
  const elapsed = () => Math.round(performance.now() - start);
  try {
    await askCodex({ codex: command, env, cwd, timeoutMs }, async (request) => {
      for (const server of servers) {
        start = performance.now();
        const status = await statusOf(request, server);
        rows.push({ client: "codex", server, ...judge(status), ms: elapsed() });
      }
    });
    return rows;
  } catch (error) {
    const rest = servers.slice(rows.length);
    return [...rows, ...rest.map((server): Row => ({ client: "codex", server, state: "unknown", detail: reason(error), ms: elapsed() }))];
  }
}

/** Lines such as "kb: /home/bin/node main.js - ✔ Connected". */
export function parseClaudeList(output: string): Map<string, { state: State; detail: string }> {
  const states = new Map<string, { state: State; detail: string }>();
  for (const line of output.split("\n")) {
    const colon = line.indexOf(": ");
    const marked = Math.max(...marks.map(([mark]) => line.lastIndexOf(mark)));
    const at = marked < 0 ? line.lastIndexOf(" - ") : marked;
    if (colon < 0 || at < 0) continue;
    const state = marks.find(([mark]) => line.startsWith(mark, at))?.[1] ?? "unknown";
    states.set(line.slice(0, colon), { state, detail: line.slice(at + " - ".length).replace(/^[^\w]+/, "").trim() });
  }
  return states;
}

const notRegistered = { state: "missing", detail: "not registered" } as const;

interface Status {
  name: string;
  serverInfo: unknown;
  tools?: object;
  toolsError?: string | null;
}

async function statusOf(request: Request, serverName: string): Promise<Status | undefined> {
  let cursor: string | null = null;
  do {
    const page = (await request("mcpServerStatus/list", { detail: "toolsAndAuthOnly", serverName, cursor })) as { data: Status[]; nextCursor: string | null };
    const found = page.data.find(({ name }) => name === serverName);
    if (found) return found;
    cursor = page.nextCursor;
  } while (cursor !== null);
  return undefined;
}

function judge(status: Status | undefined): { state: State; detail: string } {
  if (!status) return notRegistered;
  if (status.toolsError) return { state: "failed", detail: status.toolsError };
  const count = Object.keys(status.tools ?? {}).length;
  if (!status.serverInfo) return { state: "unknown", detail: "Codex does not say" };
  return { state: "connected", detail: `${count} tools` };
}

function reason(error: unknown): string {
  return error instanceof UserError ? error.message : `it cannot be started (${errorCode(error)})`;
}
