#!/usr/bin/env node
import { paiosHome } from "@paios/shared/home";
import { requireNode } from "@paios/shared/node-version";

requireNode();
const { run } = await import("./program.ts");
process.exitCode = await run(process.argv.slice(2), paiosHome(), process.env);
