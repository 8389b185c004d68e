#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { paiosHome } from "@paios/shared/home";
import { run } from "./run.ts";

const home = paiosHome();
enableCompileCache(`${home}/cache/node`);
// Whatever happens here, the session goes on as if there were no hook.
process.on("uncaughtException", () => process.exit(0));
await run(process.argv[2] ?? "", home, process.env);
process.exit(0);
