import { existsSync } from "node:fs";
import { defineJob } from "../job.ts";

export default defineJob({
  name: "kb-embed",
  about: "Gives passages of the knowledge base their vectors, where an embedding model answers.",
  tier: "hourly",
  schedule: "every 30m",
  catchUp: "once",
  timeoutMs: 25 * 60_000,
  retries: 2,
  run: async ({ home, signal }) => {
    const { closeKb, databasePath, openKb } = await import("@paios/kb-server");
    if (!existsSync(databasePath(home))) return "There is no knowledge base yet.";
    const kb = openKb(home);
    const stop = () => void kb.embeddings.close();
    signal.addEventListener("abort", stop, { once: true });
    try {
      const outcome = await kb.embeddings.run();
      return { done: "Every passage has its vector.", busy: "Another process does it.", none: "No embedding model answers; search goes by words." }[outcome];
    } finally {
      signal.removeEventListener("abort", stop);
      await closeKb(kb);
    }
  },
});
