import { parentPort, workerData } from "node:worker_threads";
import { writeArticles } from "../write.ts";
import { note, openStore } from "./knowledge.ts";

/** A process of its own would do the same: writes a note every 10 ms and tells how long the slowest took. */
const database = openStore(String(workerData));
let slowestMs = 0;
let written = 0;
let stopping = false;
parentPort?.on("message", () => (stopping = true));
parentPort?.postMessage({ ready: true });
while (!stopping) {
  const started = performance.now();
  writeArticles(database, [note(`note ${written}`)], 0);
  slowestMs = Math.max(slowestMs, performance.now() - started);
  written++;
  await new Promise((resolve) => setTimeout(resolve, 10));
}
database.close();
parentPort?.postMessage({ slowestMs, written });
parentPort?.close();
