import { writeArticles } from "../write.ts";
import { note, openStore } from "./knowledge.ts";

/** A process that writes a note every 10 ms into the folder argv[2] until its input ends; then tells how long the slowest took. */
const database = openStore(process.argv[2] ?? "");
const state = { stopping: false };
process.stdin.on("end", () => (state.stopping = true)).resume();
process.stdout.write("ready\n");
let slowestMs = 0;
let written = 0;
for (; !state.stopping; written++) {
  const started = performance.now();
  writeArticles(database, [note(`note ${written}`)], 0);
  slowestMs = Math.max(slowestMs, performance.now() - started);
  await new Promise((resolve) => setTimeout(resolve, 10));
}
database.close();
process.stdout.write(JSON.stringify({ slowestMs, written }));
