import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { sql } from "@paios/shared/sqlite";
import type { Desktop } from "../desktop.ts";
import { screensFolder } from "./keep.ts";

const dayMs = 86_400_000;
const strayAfterMs = 3_600_000;
const ours = /^\d{8}T\d{6}-\d{3}-[0-9a-f]{8}\.(png|txt)(\.part)?$/;

/** Removes what is older than the days or, oldest first, above the megabytes of the settings. Only files of ours. */
export function prune({ database, home, config }: Desktop, now: number): void {
  const folder = screensFolder(home);
  const before = now - config.screens.days * dayMs;
  const old = sql<{ id: number; file: string }>(database, "SELECT id, file FROM kept WHERE made_ms < ? ORDER BY made_ms LIMIT 100").all(before);
  const { bytes } = sql<{ bytes: number }>(database, "SELECT coalesce(sum(bytes), 0) AS bytes FROM kept").get() ?? { bytes: 0 };
  if (old.length === 0 && bytes <= config.screens.megabytes * 1_000_000) return;
  for (const { id, file } of [...old, ...above(database, bytes - config.screens.megabytes * 1_000_000)]) {
    rmSync(join(folder, file), { force: true });
    sql(database, "DELETE FROM kept WHERE id = ?").run(id);
  }
  strays({ database, folder, now });
}

/** The oldest files that hold so many bytes; the newest one stays whatever its size. */
function above(database: Desktop["database"], bytes: number): { id: number; file: string }[] {
  let left = bytes;
  const rows = sql<{ id: number; file: string; bytes: number }>(database, "SELECT id, file, bytes FROM kept WHERE id < (SELECT max(id) FROM kept) ORDER BY made_ms LIMIT 100").all();
  return rows.filter((row) => {
    const needed = left > 0;
    left -= row.bytes;
    return needed;
  });
}

/** Files that a crash left behind before they were recorded. */
function strays({ database, folder, now }: { database: Desktop["database"]; folder: string; now: number }): void {
  for (const file of readdirSync(folder).filter((name) => ours.test(name))) {
    if (sql(database, "SELECT 1 FROM kept WHERE file = ?").get(file)) continue;
    const stat = statSync(join(folder, file), { throwIfNoEntry: false });
    if (stat && now - stat.mtimeMs > strayAfterMs) rmSync(join(folder, file), { force: true });
  }
}
