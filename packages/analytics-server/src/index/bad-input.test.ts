import { spawn } from "node:child_process";
import { appendFileSync, closeSync, copyFileSync, mkdirSync, openSync, rmSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import Connection from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { claudeRow, testTree } from "../testing/tree.ts";

const project = ".claude/projects/-home-ada-garden";

describe("what cannot be counted is skipped with its reason, and the rest is right", () => {
  it("garbage, NULs, broken UTF-8, half a line, a list, a number", async () => {
    await using tree = testTree();
    tree.write(`${project}/s1.jsonl`, claudeRow());
    appendFileSync(tree.path(`${project}/s1.jsonl`), Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x01, 0x0a, ...Buffer.alloc(4_096), 0x0a]));
    appendFileSync(tree.path(`${project}/s1.jsonl`), Buffer.concat([Buffer.from(JSON.stringify(claudeRow({ message: { content: [] } })).replace("garden", "gar")), Buffer.from([0xc3]), Buffer.from("\n")]));
    appendFileSync(tree.path(`${project}/s1.jsonl`), Buffer.concat([Buffer.from('{"parentUuid":"'), Buffer.from([0xff, 0x80]), Buffer.from(`",${JSON.stringify(claudeRow()).slice(1)}\n`)]));
    tree.append(`${project}/s1.jsonl`, "[1,2]\n", "7\n", "\n", '{"parentUuid":1,"message":\n', claudeRow());
    await tree.refresh();
    expect(tree.by("client")).toMatchObject({ claude: { requests: 3 } });
    expect(tree.skipped()).toEqual([{ reason: "not_json", count: 6 }]);
  });

  it("a line of 200 MB, without memory for it", async () => {
    await using tree = testTree();
    tree.write(`${project}/s1.jsonl`, claudeRow(), '{"type":"assistant","message":{"usage":{},"content":"');
    const file = openSync(tree.path(`${project}/s1.jsonl`), "a");
    const part = Buffer.alloc(10 << 20, 0x78);
    for (let written = 0; written < 20; written++) writeSync(file, part);
    closeSync(file);
    tree.append(`${project}/s1.jsonl`, '"}}\n', claudeRow());
    const before = process.memoryUsage().rss;
    await tree.refresh();
    expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20);
    expect(tree.by("client")).toMatchObject({ claude: { requests: 2 } });
    expect(tree.skipped()).toEqual([{ reason: "line_too_long", count: 1 }]);
    tree.append(`${project}/s1.jsonl`, claudeRow());
    expect((await tree.refresh()).lines).toBe(1);
  });

  it("loops of links; a folder that is linked from elsewhere counts", async () => {
    await using tree = testTree();
    tree.write(`${project}/s1.jsonl`, claudeRow());
    tree.write("elsewhere/s2.jsonl", claudeRow());
    symlinkSync(tree.path(".claude/projects"), tree.path(`${project}/up`));
    symlinkSync("self", tree.path(`${project}/self`));
    symlinkSync(tree.path("nowhere"), tree.path(`${project}/dangling`));
    symlinkSync(tree.path("elsewhere"), tree.path(".claude/projects/linked"));
    await tree.refresh();
    expect(tree.by("client")).toMatchObject({ claude: { requests: 2 } });
    expect(tree.skipped()).toEqual([{ reason: "folder_loop", count: 2 }, { reason: "gone_while_read", count: 1 }]);
    // Looking again is no second time.
    await tree.refresh();
    expect(tree.skipped()).toEqual([{ reason: "folder_loop", count: 2 }, { reason: "gone_while_read", count: 1 }]);
    rmSync(tree.path(`${project}/self`));
    await tree.refresh();
    expect(tree.skipped()).toEqual([{ reason: "folder_loop", count: 1 }, { reason: "gone_while_read", count: 1 }]);
  });

  it("a file that goes away while the others are read", async () => {
    await using tree = testTree();
    for (let file = 0; file < 60; file++) tree.write(`${project}/s${file}.jsonl`, ...Array.from({ length: 200 }, () => claudeRow({ sessionId: `s${file}` })));
    let gone = false;
    await tree.refresh({
      progress: () => {
        if (!gone) for (let file = 50; file < 60; file++) rmSync(tree.path(`${project}/s${file}.jsonl`));
        gone = true;
      },
    });
    expect(tree.by("client")).toMatchObject({ claude: { requests: 10_000 } });
    expect(tree.skipped()).toEqual([{ reason: "gone_while_read", count: 10 }]);
    await tree.refresh();
    expect(tree.skipped()).toEqual([]);
  });

  it("OpenClaw's database while it is locked, and when it is none", async () => {
    await using tree = testTree();
    const fixture = join(import.meta.dirname, "../testing/fixtures/openclaw/agents/main/agent/openclaw-agent.sqlite");
    for (const agent of ["main", "other", "empty"]) mkdirSync(tree.path(`.openclaw/agents/${agent}/agent`), { recursive: true });
    const path = tree.path(".openclaw/agents/main/agent/openclaw-agent.sqlite");
    copyFileSync(fixture, path);
    writeFileSync(tree.path(".openclaw/agents/other/agent/openclaw-agent.sqlite"), Buffer.alloc(9_000, 7));
    new Connection(tree.path(".openclaw/agents/empty/agent/openclaw-agent.sqlite")).exec("CREATE TABLE other(a)").close();
    const owner = new Connection(path);
    owner.pragma("journal_mode = DELETE");
    owner.exec("BEGIN EXCLUSIVE");
    await tree.refresh();
    expect([tree.by("client"), tree.skipped()]).toEqual([{}, [{ reason: "damaged_database", count: 1 }, { reason: "locked_database", count: 1 }, { reason: "unknown_schema", count: 1 }]]);
    owner.exec("COMMIT");
    owner.close();
    await tree.refresh();
    expect(tree.by("client")).toMatchObject({ openclaw: { requests: 4 } });
    expect(tree.skipped()).toEqual([{ reason: "damaged_database", count: 1 }, { reason: "unknown_schema", count: 1 }]);
  });
});

it.runIf(process.platform === "linux")("unreadable files and folders, as one who is not root", async () => {
  await using tree = testTree();
  tree.write(`${project}/s1.jsonl`, claudeRow());
  tree.write(`${project}/mine.jsonl`, claudeRow());
  tree.write(".claude/projects/theirs/s2.jsonl", claudeRow());
  const child = spawn(process.execPath, [join(import.meta.dirname, "../testing/refresh-as-nobody.ts"), tree.path("."), tree.path(`${project}/mine.jsonl`), tree.path(".claude/projects/theirs")], { stdio: ["ignore", "pipe", "inherit"] });
  const [output] = (await once(child.stdout, "data")) as [Buffer];
  expect(JSON.parse(output.toString())).toEqual({ requests: 1, skipped: [{ reason: "unreadable", count: 2 }], afterwards: { requests: 3, skipped: [] } });
});
