#!/usr/bin/env node
import { requireNode } from "@paios/shared/node-version";

const lastMs = 500;

requireNode();
if (process.argv[2] === "mcp") {
  (await import("./mcp.ts")).serveTools();
} else {
  const { paiosHome } = await import("@paios/shared/home");
  const { run } = await import("./program.ts");
  process.exitCode = await run(process.argv.slice(2), paiosHome(), process.env);
  // A job that ignores its abort would hold the process; its run is in the ledger and is made again.
  setTimeout(() => process.exit(), lastMs).unref();
}
