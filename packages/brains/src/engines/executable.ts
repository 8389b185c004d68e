import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { Environment } from "./environment.ts";

/** The absolute path of a program: as it is when absolute, else the first on PATH that may be executed. */
export function findExecutable(name: string, environment: Environment): string | undefined {
  if (isAbsolute(name)) return runnable(name) ? name : undefined;
  const folders = (environment["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, name)).find(runnable);
}

function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
