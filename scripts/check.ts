import { quickSteps, runSteps } from "./run-steps.ts";

/** `pnpm check`: types, lint, dead code, generated files, house rules, unit tests. Seconds, for the inner loop. */
runSteps([...quickSteps, { name: "unit tests", command: "vitest", args: ["run", "--project", "unit", "--reporter", "dot"] }]);
