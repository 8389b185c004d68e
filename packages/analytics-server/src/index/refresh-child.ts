import { readFileSync } from "node:fs";
import { openDatabase } from "@paios/shared/sqlite";
import { migrations } from "../store/schema.ts";
import type { ChildLine, ChildTask } from "./in-child.ts";
import { openRefresher } from "./refresh.ts";

// Its memory is its parent's to limit; what it has counted stays counted if it is ended.
const { path, environment, timezone } = JSON.parse(readFileSync(0, "utf8")) as ChildTask;
const say = (line: ChildLine) => process.stdout.write(`${JSON.stringify(line)}\n`);
const sayMs = 100;
let saidMs = 0;
const progress = (bytes: number) => {
  if (performance.now() - saidMs < sayMs) return;
  saidMs = performance.now();
  say({ bytes });
};
const database = openDatabase({ path, migrations });
const done = await openRefresher(database, environment, timezone).refresh({ alone: true, progress });
database.close();
say({ done });
