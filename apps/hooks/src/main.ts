#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { paiosHome } from "@paios/shared/home";
import { run } from "./run.ts";

// Whatever happens here, the session goes on as if there were no hook.
process.on("uncaughtException", () => process.exit(0));
// One thread is enough to read what the CLI says; four take longer to start.
process.env["UV_THREADPOOL_SIZE"] = "1";
const home = paiosHome();
enableCompileCache(`${home}/cache/node`);
await run(process.argv[2] ?? "", home, process.env);
process.exit(0);
