import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProbeResult } from "@paios/shared/change";
import { connect } from "@paios/shared/client";
import { UserError } from "@paios/shared/errors";
import { run } from "@paios/shared/process";
import type { Machine } from "../setup/machine.ts";
import { readServers, type Server } from "../setup/servers.ts";

const commandMs = 20_000;

interface Listing {
  name: string;
  annotations?: { readOnlyHint?: boolean };
  inputSchema: { required?: string[] };
}

/** Starts each server as a client would and calls one of its tools: that opens, and so migrates, its database. And starts the command, which a rollback needs. */
export async function verifyServers(machine: Machine): Promise<ProbeResult> {
  for (const server of readServers(machine.repository, machine.home)) {
    const tool = harmlessTool(server);
    try {
      const client = await connect({ command: machine.node, args: server.args, env: server.env });
      try {
        await client.call(tool, {});
      } finally {
        await client.close();
      }
    } catch (error) {
      return { ok: false, problem: `The new ${server.name} server does not work: ${error instanceof UserError ? error.message : "it ended without an answer"}` };
    }
  }
  const { code } = await run({ command: machine.node, args: [join(machine.repository, "apps", "cli", "dist", "main.js"), "--version"], env: machine.env, timeoutMs: commandMs, outputBytes: 10_000 });
  return code === 0 ? { ok: true } : { ok: false, problem: `The new ai command does not start: it ended with code ${code}.` };
}

/** One that only reads and needs nothing; what tells of the server itself before what it has. */
function harmlessTool({ name, folder }: Server): string {
  const tools = JSON.parse(readFileSync(join(folder, "tools.json"), "utf8")) as Listing[];
  const free = tools.filter(({ annotations, inputSchema }) => annotations?.readOnlyHint && (inputSchema.required ?? []).length === 0).map((tool) => tool.name);
  const chosen = free.find((tool) => /_(status|doctor)$/.test(tool)) ?? free[0];
  if (chosen === undefined) throw new Error(`${name} has no tool to verify it by`);
  return chosen;
}
