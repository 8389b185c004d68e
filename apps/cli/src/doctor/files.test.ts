import { chmodSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { fileFindings } from "./files.ts";

const secret = "sk-test-0123456789-never-shown";

describe("fileFindings", () => {
  it("says so when all is right, or not there", () => {
    using home = temporaryFolder();
    expect(fileFindings(home.path)).toMatchObject([{ check: "settings", status: "ok" }, { check: "credentials", status: "ok", detail: "None stored. `ai auth add NAME` stores one." }]);
    writeFileSync(join(home.path, "paios.json"), '{\n  // mine\n  "kb": { "purgeAfterDays": 3 },\n  "trace": { "results": true },\n}\n');
    store(home.path, JSON.stringify({ profiles: { a: { key: secret }, b: { key: secret } } }), 0o600);
    expect(fileFindings(home.path)).toMatchObject([{ check: "settings", status: "ok" }, { check: "credentials", status: "ok", detail: "2 stored, readable by you alone." }]);
  });

  it("DATA-06 names every wrong key of the settings with file and line, and throws for none", () => {
    using home = temporaryFolder();
    const path = join(home.path, "paios.json");
    writeFileSync(path, '{\n  "kb": {\n    "purgeAfterDays": "soon",\n    "colour": 1\n  },\n  "emit": { "port": 0 },\n  "brain": {}\n}\n');
    expect(fileFindings(home.path).filter(({ check }) => check === "settings").map(({ status, detail, fix }) => [status, detail.slice(0, detail.indexOf(" ")), fix])).toEqual([
      ["fail", `${path}:3:`, "Correct that line"],
      ["fail", `${path}:2:`, "Correct that line"],
      ["fail", `${path}:6:`, "Correct that line"],
      ["fail", `${path}:7:`, "Correct that line"],
    ]);
    expect(fileFindings(home.path)[1]?.detail).toContain("colour");
    expect(fileFindings(home.path)[3]?.detail).toBe(`${path}:7: "brain" is no section that PAIOS has; nothing reads it.`);
  });

  it("DATA-06 names the line where the settings are no JSON", () => {
    using home = temporaryFolder();
    writeFileSync(join(home.path, "paios.json"), '{\n  "kb": {\n    purge\n  }\n}\n');
    expect(fileFindings(home.path)[0]).toMatchObject({ status: "fail", detail: expect.stringContaining(`${join(home.path, "paios.json")}:3: `) as string });
  });

  it("DATA-07 makes credentials that others can read their owner's alone, and shows nothing of them", async () => {
    using home = temporaryFolder();
    const path = store(home.path, JSON.stringify({ profiles: { mine: { key: secret } } }), 0o644);
    const findings = fileFindings(home.path);
    expect(findings[1]).toMatchObject({ status: "fail", detail: `Others can read ${path} (mode 644).`, fix: "--fix makes it yours alone" });
    await findings[1]?.repair?.();
    expect([statSync(path).mode & 0o777, fileFindings(home.path)[1]?.status, JSON.stringify(findings).includes("sk-test")]).toEqual([0o600, "ok", false]);
  });

  it.each(["broken", `{"profiles": {"mine": "${secret}"}}`, `{"profiles": ["${secret}"]}`, `["${secret}"]`, `{"${secret}`])("DATA-07 says that credentials are damaged, and repeats nothing of %s", (text) => {
    using home = temporaryFolder();
    const path = store(home.path, text, 0o600);
    const finding = fileFindings(home.path)[1];
    expect([finding?.status, finding?.detail.startsWith(`${path} is not `), JSON.stringify(finding).includes("sk-test")]).toEqual(["fail", true, false]);
  });

  it("DATA-07 closes damaged credentials to others as well", async () => {
    using home = temporaryFolder();
    const path = store(home.path, `{"${secret}`, 0o640);
    await fileFindings(home.path)[1]?.repair?.();
    expect([statSync(path).mode & 0o777, fileFindings(home.path)[1]?.detail.startsWith(`${path} is not `)]).toEqual([0o600, true]);
  });
});

function store(home: string, text: string, mode: number): string {
  const path = join(home, "auth-profiles.json");
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}
