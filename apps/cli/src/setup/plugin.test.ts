import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { planChanges } from "@paios/shared/change";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { expect, it } from "vitest";
import { folderEdits, readFiles, removeEmptyFolders, renderPlugin } from "./plugin.ts";

const repository = join(import.meta.dirname, "../../../..");

function hooks(home: string, userHome: string, place = repository): string[] {
  const text = renderPlugin({ home, userHome, repository: place }).get("paios/hooks/hooks.json") ?? "";
  const { hooks: events } = JSON.parse(text) as { hooks: Record<string, { hooks: { command: string }[] }[]> };
  return Object.values(events).flatMap((groups) => groups.flatMap((group) => group.hooks.map(({ command }) => command)));
}

it("names this machine's Node and hook program, and the home where it is not the usual one", () => {
  expect(hooks("/home/ada/.openclaw", "/home/ada")[0]).toBe(`'/home/ada/.openclaw/bin/node' '${repository}/apps/hooks/dist/main.js' SessionStart`);
  expect(hooks("/data/paios", "/home/ada").at(-1)).toBe(`env PAIOS_HOME='/data/paios' '/data/paios/bin/node' '${repository}/apps/hooks/dist/main.js' SessionEnd`);
});

it("survives a path that JSON and a shell would read otherwise", () => {
  using folder = temporaryFolder();
  const odd = join(folder.path, `a "b" $c's \\d`);
  mkdirSync(join(odd, "plugins/paios/hooks"), { recursive: true });
  writeFileSync(join(odd, "plugins/paios/hooks/hooks.json"), readFileSync(join(repository, "plugins/paios/hooks/hooks.json")));
  expect(hooks("/home/ada/.openclaw", "/home/ada", odd)[0]).toContain(`/a "b" $c'\\''s \\d/apps/hooks/dist/main.js' SessionStart`);
});

it("leaves no placeholder, and nothing but the template's own texts", () => {
  const files = renderPlugin({ home: "/home/ada/.openclaw", userHome: "/home/ada", repository });
  expect([...files.values()].filter((text) => text.includes("{{"))).toEqual([]);
  expect([...files.keys()].filter((name) => !/\.(json|md)$/.test(name))).toEqual([]);
});

it("makes a folder hold these files and no others, and takes empty folders away", () => {
  using folder = temporaryFolder();
  const place = join(folder.path, "plugin");
  mkdirSync(join(place, "skills/old"), { recursive: true });
  writeFileSync(join(place, "skills/old/SKILL.md"), "old");
  const { changes } = planChanges(folderEdits(place, new Map([["skills/new/SKILL.md", "new"]])));
  expect(changes.map(({ path, after }) => [path.slice(place.length + 1), after])).toEqual([["skills/new/SKILL.md", "new"], ["skills/old/SKILL.md", undefined]]);
  expect(readFiles(place)).toEqual(new Map([["skills/old/SKILL.md", "old"]]));
  mkdirSync(join(place, "empty/deep"), { recursive: true });
  removeEmptyFolders(place);
  expect(existsSync(join(place, "empty"))).toBe(false);
  expect([...readFiles(place).keys()]).toEqual(["skills/old/SKILL.md"]);
});
