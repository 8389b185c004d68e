import type { ProbeResult } from "@paios/shared/change";
import type { Client } from "./clients.ts";
import type { Machine } from "./machine.ts";
import { probeClaude, probeCodex, type Row } from "./probe.ts";

const timeoutMs = 30_000;

/** Asks each client itself about each server; both at once. */
export async function askClients(machine: Machine, clients: readonly Extract<Client, { installed: true }>[], servers: readonly string[]): Promise<Row[]> {
  const answers = clients.flatMap(({ name, command }) => {
    const options = { command, servers, env: machine.env, cwd: machine.home, timeoutMs };
    if (name === "claude") return [probeClaude(options)];
    return name === "codex" ? [probeCodex(options)] : [];
  });
  return (await Promise.all(answers)).flat();
}

/** Whether every server is live in every client, and which is not. */
export function judge(rows: readonly Row[]): ProbeResult {
  const bad = rows.filter(({ state }) => state !== "connected");
  return bad.length === 0 ? { ok: true } : { ok: false, problem: `${bad.map(({ client, server, detail }) => `${server} is not live in ${client} (${detail})`).join("; ")}.` };
}
