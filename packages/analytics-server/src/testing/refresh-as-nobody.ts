import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "@paios/shared/sqlite";
import { openRefresher } from "../index/refresh.ts";
import { migrations } from "../store/schema.ts";

// Closes a file and a folder, gives up being root where it is, and reads; then opens them and reads again.
const [home = "", file = "", folder = ""] = process.argv.slice(2);
const nobody = 65_534;
const store = join(home, "store");
mkdirSync(store);
const isRoot = process.getuid?.() === 0;
if (isRoot) for (const path of [home, store, file, folder, join(folder, "s2.jsonl")]) chownSync(path, nobody, nobody);
chmodSync(file, 0);
chmodSync(folder, 0);
if (isRoot) {
  process.setgid?.(nobody);
  process.setuid?.(nobody);
}

const database = openDatabase({ path: join(store, "analytics.sqlite"), migrations });
const { refresh } = openRefresher(database, { HOME: home });
const seen = async () => {
  await refresh();
  return { requests: database.prepare("SELECT coalesce(sum(requests), 0) FROM usage").pluck().get(), skipped: database.prepare("SELECT reason, sum(count) AS count FROM skipped GROUP BY reason").all() };
};
const first = await seen();
chmodSync(folder, 0o700);
chmodSync(file, 0o600);
process.stdout.write(JSON.stringify({ ...first, afterwards: await seen() }));
