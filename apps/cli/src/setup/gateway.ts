import { isDeepStrictEqual } from "node:util";
import { UserError } from "@paios/shared/errors";
import { run } from "@paios/shared/process";
import type { Machine } from "./machine.ts";
import type { Server } from "./servers.ts";

/** One server to set in OpenClaw, or (without `entry`) to unset; `was` is what stands there now. */
export interface GatewayChange {
  server: string;
  entry?: GatewayEntry;
  was?: unknown;
}

interface GatewayEntry {
  command: string;
  args: string[];
  env: Record<string, string>;
}

const timeoutMs = 60_000;
const outputBytes = 1_000_000;

/** What must be set so that OpenClaw has every server. One of the same name that is somebody else's is named, and left alone. */
export async function planGateway(command: string, machine: Machine, servers: readonly Server[], set: readonly string[]): Promise<{ changes: GatewayChange[]; notes: string[] }> {
  const present = await listed(command, machine);
  const changes: GatewayChange[] = [];
  const notes: string[] = [];
  for (const { name, command: program, args, env } of servers) {
    const entry = { command: program, args, env };
    const was = present[name];
    if (isDeepStrictEqual(was, entry)) continue;
    if (was !== undefined && !set.includes(name)) notes.push(`OpenClaw has a server "${name}" of its own, which stays. To have ours: openclaw mcp unset ${name}, then ai setup.`);
    else changes.push({ server: name, entry, ...(was !== undefined && { was }) });
  }
  const gone = set.filter((name) => present[name] !== undefined && servers.every((server) => server.name !== name));
  return { changes: [...changes, ...gone.map((server) => ({ server, was: present[server] }))], notes };
}

/** Takes out what setup set and OpenClaw still has. */
export async function planGatewayRemoval(command: string, machine: Machine, set: readonly string[]): Promise<GatewayChange[]> {
  const present = await listed(command, machine);
  return set.filter((name) => present[name] !== undefined).map((server) => ({ server, was: present[server] }));
}

/** Through OpenClaw's own commands only; when one fails, those before it are taken back. */
export async function changeGateway(command: string, machine: Machine, changes: readonly GatewayChange[]): Promise<void> {
  const done: GatewayChange[] = [];
  try {
    for (const change of changes) {
      await openclaw(command, machine, argumentsOf(change));
      done.push(change);
    }
  } catch (error) {
    for (const { server, was } of done.reverse()) await openclaw(command, machine, argumentsOf({ server, ...(was !== undefined && { entry: was as GatewayEntry }) })).catch(() => {});
    throw error;
  }
}

/** The command line that makes a change, as a person would type it. */
export function argumentsOf({ server, entry }: GatewayChange): string[] {
  return entry === undefined ? ["mcp", "unset", server] : ["mcp", "set", server, JSON.stringify(entry)];
}

async function listed(command: string, machine: Machine): Promise<Record<string, unknown>> {
  const output = await openclaw(command, machine, ["mcp", "list", "--json"]);
  const start = output.indexOf("{");
  try {
    return JSON.parse(output.slice(start)) as Record<string, unknown>;
  } catch (error) {
    throw new UserError("unavailable", "openclaw mcp list --json did not answer with JSON. Run it yourself to see why, or leave OpenClaw out: ai setup --client claude --client codex", { cause: error });
  }
}

async function openclaw(command: string, { env, userHome }: Machine, args: string[]): Promise<string> {
  const { code, stdout } = await run({ command, args, env, cwd: userHome, timeoutMs, outputBytes });
  if (code !== 0) throw new UserError("unavailable", `openclaw ${args.slice(0, 3).join(" ")} ended with code ${code}. Run openclaw doctor, then ai setup again.`);
  return stdout.toString("utf8");
}
