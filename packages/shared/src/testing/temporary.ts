import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A scratch folder, removed by `using` or `[Symbol.dispose]()`. */
export function temporaryFolder(label = "paios-test-"): { path: string; [Symbol.dispose]: () => void } {
  const path = mkdtempSync(join(tmpdir(), label));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * The environment of a program under test: a scratch home for every program we touch, and nothing of the person's own
 * but PATH and locale. `extra` is added last.
 */
export function scratchEnvironment(folder: string, extra: Record<string, string> = {}): Record<string, string> {
  const kept = ["PATH", "LANG", "TZ"].flatMap((name) => (process.env[name] ? [[name, process.env[name]] as const] : []));
  return {
    ...Object.fromEntries(kept),
    HOME: folder,
    PAIOS_HOME: join(folder, "paios"),
    CODEX_HOME: join(folder, "codex"),
    CLAUDE_CONFIG_DIR: join(folder, "claude"),
    ...extra,
  };
}
