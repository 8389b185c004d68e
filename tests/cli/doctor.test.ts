import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { terminal } from "./terminal.ts";

interface Diagnosis {
  status: string;
  findings: { check: string; status: string; detail: string; fix?: string }[];
  live: unknown[];
  repaired: string[];
}

describe("ai doctor", () => {
  it("without a setup says what is next, and exits 0", () => {
    using folder = temporaryFolder();
    const ai = prompt(folder.path);
    const { status, stdout, stderr } = ai.run(["doctor"]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^✔ node +\d+\.\d+\.\d+ at .*\n! registration +The servers are not registered: setup never ran for this home\.\n +→ ai setup\n/);
    expect(stdout).toMatch(/\nIt works, but look at the lines with !\n$/);
  });

  it("prints JSON, and exits 1 when something fails, with --json as without", () => {
    using folder = temporaryFolder();
    const ai = prompt(folder.path);
    expect(ai.json<Diagnosis>(["doctor"])).toMatchObject({ status: "warn", live: [], repaired: [] });
    writeFileSync(join(ai.home, "kb.sqlite"), "no database at all, but long enough to be read as one".repeat(100));
    const failed = ai.run(["--json", "doctor", "--no-probe"]);
    const { status, findings } = JSON.parse(failed.stdout) as Diagnosis;
    expect([failed.status, status, findings.filter((each) => each.status === "fail")]).toEqual([1, "fail", [{ check: "database kb.sqlite", status: "fail", detail: "It is damaged. Nothing was deleted.", fix: "ai kb restore brings back the newest backup" }]]);
    expect(ai.run(["doctor"])).toMatchObject({ status: 1, stdout: expect.stringContaining("✘ database kb.sqlite  It is damaged. Nothing was deleted.\n") as string });
    expect(ai.run(["doctor", "--fx"]).status).toBe(2);
  });

  it("names clients that are missing or broken, and --fix writes the registration again", () => {
    using folder = temporaryFolder();
    const ai = prompt(folder.path);
    afterSetup(ai.home, [join(folder.path, "claude/.claude.json"), join(folder.path, "codex/config.toml")]);
    writeFileSync(join(ai.bin, "codex"), "#!/bin/sh\nexit 3\n");
    chmodSync(join(ai.bin, "codex"), 0o755);
    expect(ai.json<Diagnosis>(["doctor"]).findings).toEqual(
      expect.arrayContaining([
        { check: "claude", status: "warn", detail: "It is registered, but no longer installed.", fix: "ai setup --uninstall --client claude, or install it again" },
        expect.objectContaining({ check: "codex", status: "fail", detail: expect.stringContaining("code 3") as string, fix: "Run codex --version and read what it says" }),
        expect.objectContaining({ check: "registration", status: "fail", detail: expect.stringContaining(join(ai.home, "bin/ai")) as string }),
      ]),
    );
    expect(existsSync(join(ai.home, "bin"))).toBe(false);
    const fixed = ai.json<Diagnosis>(["doctor", "--fix"]);
    expect([fixed.repaired, fixed.findings.find(({ check }) => check === "registration")?.status, existsSync(join(ai.home, "bin/ai"))]).toEqual([["registration"], "ok", true]);
  });

  it("DATA-05 --fix does every safe repair, and one that fails does not keep it from the others", () => {
    using folder = temporaryFolder();
    const ai = prompt(folder.path);
    afterSetup(ai.home);
    mkdirSync(join(ai.home, "bin"));
    writeFileSync(join(ai.home, "bin/node"), "somebody's own");
    writeFileSync(join(ai.home, "events.db"), "");
    writeFileSync(join(ai.home, "photos.db"), "");
    writeFileSync(join(ai.home, "auth-profiles.json"), "{}");
    chmodSync(join(ai.home, "auth-profiles.json"), 0o644);
    const before = ai.json<Diagnosis>(["doctor"]);
    expect([before.repaired, readdirSync(ai.home).includes("events.db"), statSync(join(ai.home, "auth-profiles.json")).mode & 0o777]).toEqual([[], true, 0o644]);
    const { stdout, ...fixed } = ai.run(["--json", "doctor", "--fix"]);
    const { repaired, findings } = JSON.parse(stdout) as Diagnosis;
    expect([fixed, repaired]).toEqual([{ status: 1, stderr: "" }, ["placeholder events.db", "credentials"]]);
    expect(findings.at(-1)).toMatchObject({ check: "repair of registration", status: "fail", detail: expect.stringContaining("is not a link and not ours") as string });
    expect([readdirSync(ai.home).filter((name) => name.endsWith(".db")), statSync(join(ai.home, "auth-profiles.json")).mode & 0o777]).toEqual([["photos.db"], 0o600]);
  });

  it("takes under 2 s with databases, a setup and nothing wrong", () => {
    using folder = temporaryFolder();
    const ai = prompt(folder.path);
    ai.run(["kb", "add", "Heater", "The greenhouse heater runs at 14 degrees."]);
    afterSetup(ai.home);
    expect(ai.run(["doctor", "--fix", "--no-probe"])).toMatchObject({ status: 0 });
    const times = [1, 2, 3].map(() => {
      const start = performance.now();
      expect(ai.json<Diagnosis>(["doctor", "--no-probe"]).findings.filter(({ status }) => status !== "ok")).toEqual([]);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(2_000);
  });
});

/** A scratch home, and a PATH on which only what a test puts there is. */
function prompt(folder: string) {
  const [home, bin] = [join(folder, "paios"), join(folder, "path")];
  for (const each of [home, bin]) mkdirSync(each);
  return { ...terminal(folder, { PATH: bin }), home, bin };
}

/** As if setup had run for these files of clients, and all it wrote were gone. */
function afterSetup(home: string, files: readonly string[] = []): void {
  writeFileSync(join(home, "paios-setup.json"), JSON.stringify({ version: 1, files: Object.fromEntries(files.map((path) => [path, { created: false, steps: [] }])), allowed: [], gateway: [] }));
}
