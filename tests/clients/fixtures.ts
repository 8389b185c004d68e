import { fileURLToPath } from "node:url";
import type { RegisteredServer } from "@paios/shared/testing/clients";
import { heapFlags } from "@paios/shared/testing/stdio";

const repository = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The conformance fixture, from source. */
export function fixtureServer(env: Record<string, string>): RegisteredServer {
  return { name: "test", command: process.execPath, args: [repository("tests/conformance/fixture-server.ts")], env };
}

/** A built server as setup registers it. */
export function builtServer(name: string, env: Record<string, string>): RegisteredServer {
  return { name, command: process.execPath, args: [...heapFlags, repository(`packages/${name}-server/dist/main.js`)], env };
}
