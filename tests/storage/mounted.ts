import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";

/** A user who may do nothing that is not allowed to everybody, and a server's entry run as that user. */
export const nobody = 65_534;
export const asNobody = fileURLToPath(new URL("as-nobody.ts", import.meta.url));

/** Makes `path` a file system of its own; leaves the test out, with the reason, where mounting is not permitted. */
export function mounted(context: TestContext, path: string, options: string): { path: string; remount: (mode: string) => void; [Symbol.dispose]: () => void } {
  mkdirSync(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "paios-test", path], { stdio: "pipe" });
  } catch (error) {
    context.skip(`no file system can be mounted here: ${String(error).slice(0, 100)}`);
  }
  return {
    path,
    remount: (mode) => execFileSync("mount", ["-o", `remount,${mode}`, path]),
    [Symbol.dispose]: () => execFileSync("umount", ["--lazy", path]),
  };
}

/** A built server and its native part where every user may read: a checkout can lie in a private folder. */
export function copyOfServer(entry: string, folder: string): string {
  const app = join(folder, "app");
  const require = createRequire(entry);
  cpSync(dirname(entry), join(app, "dist"), { recursive: true });
  cpSync(dirname(require.resolve("better-sqlite3/package.json")), join(app, "node_modules/better-sqlite3"), { recursive: true, dereference: true });
  writeFileSync(join(app, "package.json"), '{ "type": "module" }');
  execFileSync("chmod", ["-R", "a+rX", app]);
  return join(app, "dist", basename(entry));
}
