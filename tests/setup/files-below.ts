import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The texts of these files, and of all in these folders, by their paths in `home`. */
export function filesBelow(home: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const path = join(home, name);
      if (!existsSync(path)) return [];
      return statSync(path).isDirectory() ? Object.entries(filesBelow(home, readdirSync(path).sort().map((each) => join(name, each)))) : [[name, readFileSync(path, "utf8")]];
    }),
  );
}
