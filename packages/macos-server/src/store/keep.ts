import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explained, sql } from "@paios/shared/sqlite";
import { databaseSpan } from "@paios/shared/trace";
import type { Desktop } from "../desktop.ts";
import { prune } from "./prune.ts";

export interface Made {
  kind: "screen" | "clipboard";
  /** What it shows, in our own words: "display 1", "region". */
  what: string;
  extension: "png" | "txt";
  bytes: Uint8Array;
  client: string;
  traceId: string;
}

export interface Kept {
  path: string;
  sha256: string;
}

/** Puts a file into `<home>/screens`, where only its owner reads, and records it; what is too old or too much goes. */
export function keep(desktop: Desktop, { kind, what, extension, bytes, client, traceId }: Made, now: number): Kept {
  const folder = screensFolder(desktop.home);
  const file = `${new Date(now).toISOString().replace(/[-:]/g, "").replace(".", "-").replace("Z", "")}-${randomBytes(4).toString("hex")}.${extension}`;
  const path = join(folder, file);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  explained(path, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(`${path}.part`, bytes, { mode: 0o600, flag: "wx" });
      renameSync(`${path}.part`, path);
    } catch (error) {
      rmSync(`${path}.part`, { force: true });
      throw error;
    }
  });
  databaseSpan(desktop.database, "keep file", () =>
    sql(desktop.database, "INSERT INTO kept (file, kind, what, sha256, bytes, made_ms, client, trace_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)").run(file, kind, what, sha256, bytes.length, now, client, traceId),
  );
  prune(desktop, now);
  return { path, sha256 };
}

export function screensFolder(home: string): string {
  return join(home, "screens");
}
