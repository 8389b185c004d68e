import { statSync } from "node:fs";
import { listBackups, sql } from "@paios/shared/sqlite";
import { type Context, defineTool } from "@paios/shared/tool";
import { databaseSpan } from "@paios/shared/trace";
import * as z from "zod";
import type { Kb } from "../kb.ts";
import { activeSpace, buildingSpace, waiting } from "../embed/spaces.ts";
import { migrations } from "../store/schema.ts";

const space = z.object({ provider: z.string(), model: z.string(), dimension: z.int(), weight: z.number() });

export default defineTool({
  name: "kb_status",
  description:
    "Tell what the knowledge base holds, how large it is, whether search uses vectors, its embedding model, what waits, problems. Use when results look wrong.",
  input: z.strictObject({}),
  output: z.object({
    articles: z.int(),
    chunks: z.int(),
    mode: z.enum(["keyword", "hybrid"]),
    embeddings: z.object({ setting: z.string(), active: space.optional(), building: space.optional(), waiting: z.int(), failure: z.string().optional() }),
    database: z.object({ path: z.string(), bytes: z.int(), schema: z.int(), lastBackup: z.string().optional() }),
    problems: z.array(z.string()),
  }),
  hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
  run: (_input, { state: kb }: Context<Kb>) => {
    const stats = databaseSpan(kb.database, "read stats", () => sql<{ articles: number; chunks: number }>(kb.database, "SELECT articles, chunks FROM stats").get()) ?? { articles: 0, chunks: 0 };
    const active = activeSpace(kb.database);
    const building = buildingSpace(kb.database);
    const [newest] = listBackups(kb.path);
    const { failure } = kb.embeddings;
    return {
      articles: stats.articles,
      chunks: stats.chunks,
      mode: active && kb.config.embeddings.provider !== "none" ? ("hybrid" as const) : ("keyword" as const),
      embeddings: {
        setting: kb.config.embeddings.provider,
        ...(active && { active: pick(active) }),
        ...(building && { building: pick(building) }),
        waiting: waiting(kb.database),
        ...(failure && { failure }),
      },
      database: {
        path: kb.path,
        bytes: statSync(kb.path, { throwIfNoEntry: false })?.size ?? 0,
        schema: migrations.length,
        ...(newest && { lastBackup: new Date(newest.time).toISOString() }),
      },
      problems: kb.problems,
    };
  },
});

function pick({ provider, model, dimension, weight }: z.infer<typeof space>): z.infer<typeof space> {
  return { provider, model, dimension, weight };
}
