import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProbeResult } from "@paios/shared/change";
import { connect } from "@paios/shared/client";
import { UserError } from "@paios/shared/errors";
import type { Machine } from "../setup/machine.ts";
import { readServers, type Server } from "../setup/servers.ts";

interface Listing {
  name: string;
  annotations?: { readOnlyHint?: boolean };
  inputSchema: { required?: string[] };
}

/** Starts each server as a client would and calls one of its tools: that opens, and so migrates, its database. */
export async function verifyServers(machine: Machine): Promise<ProbeResult> {
  for (const server of readServers(machine.repository, machine.home)) {
    const tool = harmlessTool(machine.repository, server);
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
  return { ok: true };
}

/** One that only reads and needs nothing; a status before a list. */
function harmlessTool(repository: string, { name }: Server): string {
  const tools = JSON.parse(readFileSync(join(repository, "packages", `${name}-server`, "tools.json"), "utf8")) as Listing[];
  const free = tools.filter(({ annotations, inputSchema }) => annotations?.readOnlyHint && (inputSchema.required ?? []).length === 0).map((tool) => tool.name);
  const chosen = free.find((tool) => tool.endsWith("_status")) ?? free[0];
  if (chosen === undefined) throw new Error(`${name} has no tool to verify it by`);
  return chosen;
}
