import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { openElsewhere } from "./open-elsewhere.ts";
import { placeholderFindings } from "./placeholders.ts";

describe("placeholderFindings", () => {
  it("DATA-05 removes 0-byte databases of ours and known ones by its repair, and nothing before", async () => {
    using home = temporaryFolder();
    const names = ["events.db", "kb.sqlite", "observability.sqlite3"];
    for (const name of names) writeFileSync(join(home.path, name), "");
    writeFileSync(join(home.path, "router.sqlite"), "not empty");
    writeFileSync(join(home.path, "notes.txt"), "");
    const findings = placeholderFindings(home.path);
    expect(findings).toMatchObject(names.map((name) => ({ check: `placeholder ${name}`, status: "warn", fix: "--fix removes it" })));
    expect(readdirSync(home.path)).toHaveLength(5);
    for (const { repair } of findings) await repair?.();
    expect([readdirSync(home.path).sort(), placeholderFindings(home.path)]).toEqual([["notes.txt", "router.sqlite"], []]);
  });

  it("DATA-05 leaves one alone that another process has open, also behind a link to the home", async () => {
    using home = temporaryFolder();
    using links = temporaryFolder();
    const path = join(home.path, "kb.sqlite");
    writeFileSync(path, "");
    symlinkSync(home.path, join(links.path, "home"));
    await using holder = await openElsewhere(path);
    for (const place of [home.path, join(links.path, "home")]) {
      expect(placeholderFindings(place)).toEqual([{ check: "placeholder kb.sqlite", status: "ok", detail: `0 bytes, but open in ${holder.pid}: left alone.` }]);
    }
  });

  it("DATA-05 leaves one alone that another process opened between the look and the repair", async () => {
    using home = temporaryFolder();
    const path = join(home.path, "kb.sqlite");
    writeFileSync(path, "");
    const [finding] = placeholderFindings(home.path);
    await using _holder = await openElsewhere(path);
    expect(() => finding?.repair?.()).toThrow(`${path} is in use by now, or gone, and was left alone.`);
    expect(existsSync(path)).toBe(true);
  });

  it("DATA-05 leaves one alone that was filled between the look and the repair", () => {
    using home = temporaryFolder();
    const path = join(home.path, "heartbeat.sqlite");
    writeFileSync(path, "");
    const [finding] = placeholderFindings(home.path);
    writeFileSync(path, "filled");
    expect(() => finding?.repair?.()).toThrow("was left alone");
    expect(readFileSync(path, "utf8")).toBe("filled");
  });

  it("DATA-05 leaves a name alone that is neither ours nor known, and a folder and a link", () => {
    using home = temporaryFolder();
    writeFileSync(join(home.path, "photos.db"), "");
    mkdirSync(join(home.path, "kb.db"));
    symlinkSync(join(home.path, "photos.db"), join(home.path, "obs.db"));
    expect(placeholderFindings(home.path)).toEqual([{ check: "placeholder photos.db", status: "ok", detail: "0 bytes, and not ours: left alone." }]);
  });

  it("DATA-05 does not take one for empty whose content is in a journal beside it", () => {
    using home = temporaryFolder();
    for (const name of ["kb.sqlite", "kb.sqlite-wal", "obs.db", "obs.db-journal", "events.db", "events.db-wal"]) writeFileSync(join(home.path, name), /wal|journal/.test(name) && !name.startsWith("events") ? "content" : "");
    expect(placeholderFindings(home.path).map(({ check }) => check)).toEqual(["placeholder events.db"]);
  });

  it("DATA-05 finds nothing where there is no home", () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "file"), "");
    expect([placeholderFindings(join(folder.path, "none")), placeholderFindings(join(folder.path, "file"))]).toEqual([[], []]);
  });
});
