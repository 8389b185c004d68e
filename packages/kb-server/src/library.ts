/** What the knowledge base offers to other programs in their process: the CLI, hooks and jobs. */
export { kbConfig } from "./config.ts";
export { closeKb, databasePath, type Kb, openKb } from "./kb.ts";
export { forgetProject } from "./store/forget.ts";
export { migrations } from "./store/schema.ts";
export { front } from "./front.ts";
export { default as server } from "./server.ts";
export { exportArticles } from "./export.ts";
export { importPaths, type ImportOutcome } from "./import.ts";
export { rememberFinding, rememberLearning } from "./memory/remember.ts";
