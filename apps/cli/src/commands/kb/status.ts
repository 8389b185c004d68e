import { Command } from "commander";
import { withTools } from "../../knowledge.ts";
import { outputOf, size } from "../../output.ts";

interface Status {
  articles: number;
  chunks: number;
  mode: string;
  embeddings: { setting: string; active?: { provider: string; model: string; weight: number }; building?: { model: string }; waiting: number; failure?: string };
  database: { path: string; bytes: number; lastBackup?: string };
  problems: string[];
}

export function statusCommand(): Command {
  return new Command("status").description("what it holds, how it searches, what is wrong").action(async (_options: unknown, command: Command) => {
    const status = await withTools((kb) => kb.call<Status>("kb_status", {}));
    const { embeddings, database } = status;
    outputOf(command).print(status, () =>
      [
        `${status.articles} articles in ${status.chunks} passages`,
        embeddings.active ? `searched by words and by the vectors of ${embeddings.active.model} (weight ${embeddings.active.weight})` : "searched by words; no embedding model is set up or found, and none is needed",
        ...(embeddings.building ? [`vectors of ${embeddings.building.model} are being made`] : []),
        ...(embeddings.waiting > 0 ? [`${embeddings.waiting} passages wait for vectors; ai kb embed makes them now`] : []),
        ...(embeddings.failure ? [embeddings.failure] : []),
        `${database.path}, ${size(database.bytes)}, ${database.lastBackup ? `last backup ${database.lastBackup.slice(0, 16)}` : "no backup yet: ai kb backup"}`,
        ...status.problems,
      ].join("\n"),
    );
  });
}
