import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { controlsOf, mayRemember } from "./controls.ts";

let scratch: ReturnType<typeof temporaryFolder>;
let home: string;
let folder: string;

beforeEach(() => {
  scratch = temporaryFolder();
  home = realpathSync(scratch.path);
  folder = join(home, "src", "shop");
  mkdirSync(join(folder, "packages", "api"), { recursive: true });
});

afterEach(() => scratch[Symbol.dispose]());

const settings = (text: string) => writeFileSync(join(home, "paios.json"), text);
const may = (memory: object | undefined, place: Partial<{ project: string; folder: string; here: string }> = {}) => {
  if (memory) settings(JSON.stringify({ memory }));
  return mayRemember(controlsOf(home), { project: "shop", folder, ...place });
};

describe("HOOK-06 memory", () => {
  it("is on where nothing is said, also with comments and what other parts wrote", () => {
    expect(may(undefined)).toBe(true);
    settings('\uFEFF{\n  // mine: "}\n  "obs": { "days": 7, "at": "/* no // comment ,} */", }, /* and\n this */\n  "memory": { "exclude": ["a // b", "c,]", "d\\\\", /* last */ ], },\n}\n');
    expect(controlsOf(home)).toEqual({ enabled: true, exclude: ["a // b", "c,]", "d\\"] });
    expect(may({})).toBe(true);
    expect(may({ enabled: true, exclude: ["other"] })).toBe(true);
  });

  it("is off when it is switched off", () => {
    expect(may({ enabled: false })).toBe(false);
  });

  it.each(["{", "nonsense", '{"memory": {"enabled": "no"}}', '{"memory": {"enabled": null}}', '{"memory": {"exclude": "shop"}}', '{"memory": {"exclude": [7]}}', '{"memory": {"enabled": true}', "", "{} /* open", '{"memory": 7}', '{"memory": []}', '{"memory": null}', '{"memory": {"exclude": ["a"],, }}'])("is off, and says so, when paios.json is %s: it may exclude something", (text) => {
    settings(text);
    expect(controlsOf(home)).toMatchObject({ enabled: false, problem: expect.stringContaining("paios.json") as string });
    expect(may(undefined)).toBe(false);
  });

  it("is off when paios.json cannot be read", () => {
    mkdirSync(join(home, "paios.json"));
    expect(controlsOf(home)).toMatchObject({ enabled: false, problem: expect.stringContaining("cannot be read") as string });
  });

  it("never has the demo", () => {
    expect(may({ enabled: true }, { project: "demo" })).toBe(false);
  });

  it("leaves out a project by its name, and no other that begins like it", () => {
    expect(may({ exclude: ["shop"] })).toBe(false);
    expect(may({ exclude: ["sho", "shop-api"] })).toBe(true);
  });

  it("leaves out a folder with all that is in it, and none that begins like it", () => {
    for (const excluded of [folder, `${folder}/`, join(home, "src"), `${home}/x/../src`, "/"]) expect(may({ exclude: [excluded] }), excluded).toBe(false);
    for (const excluded of [join(home, "src", "sh"), join(home, "other"), "src/shop", "./shop"]) expect(may({ exclude: [excluded] }), excluded).toBe(true);
    expect(may({ exclude: ["~/secret"] }, { folder: join(homedir(), "secret", "deep") })).toBe(false);
    expect(may({ exclude: ["~"] }, { folder: join(homedir(), "anything") })).toBe(false);
    expect(may({ exclude: ["~/secret"] }, { folder: join(homedir(), "secrets") })).toBe(true);
  });

  it("leaves out a folder that was named by a link", () => {
    symlinkSync(join(home, "src"), join(home, "link"));
    expect(may({ exclude: [join(home, "link")] })).toBe(false);
  });

  it("leaves out a folder inside of a project for the sessions that stand in it", () => {
    const here = join(folder, "packages", "api");
    expect(may({ exclude: [join(folder, "packages")] }, { here })).toBe(false);
    expect(may({ exclude: [join(folder, "packages")] }, { here: folder })).toBe(true);
  });

  it("leaves out what has a file .paiosignore, from the session's folder up to the project's", () => {
    const here = join(folder, "packages", "api");
    writeFileSync(join(folder, "packages", ".paiosignore"), "");
    expect([may(undefined, { here }), may(undefined, { here: join(folder, "packages") }), may(undefined, { here: folder })]).toEqual([false, false, true]);
    writeFileSync(join(folder, ".paiosignore"), "");
    expect([may(undefined, { here: folder }), may(undefined)]).toEqual([false, false]);
  });

  it("asks nothing of a folder that is not known", () => {
    expect(may({ exclude: ["other"] }, { project: "", folder: "", here: "" })).toBe(true);
  });
});
