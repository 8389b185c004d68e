import { closeKb, openKb } from "../../packages/kb-server/src/kb.ts";

/** A process that makes vectors until it is done or killed. */
const kb = openKb(process.argv[2] ?? "");
await kb.embeddings.run();
await closeKb(kb);
