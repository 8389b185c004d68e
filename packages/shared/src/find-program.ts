import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** The absolute path of a program: as it is when absolute, else the first in the absolute folders of `path` (as in PATH) that may be executed. */
export function findProgram(name: string, path: string | undefined): string | undefined {
  if (isAbsolute(name)) return mayRun(name) ? name : undefined;
  return (path ?? "").split(delimiter).filter(isAbsolute).map((folder) => join(folder, name)).find(mayRun);
}

function mayRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
