// Points git at the repository's hooks; outside a git checkout there is nothing to do.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

if (existsSync(".git")) execFileSync("git", ["config", "core.hooksPath", ".githooks"]);
