import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "@paios/shared/sqlite";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { drain } from "./drain.ts";
import type { Kept } from "./policy.ts";
import { hand, holder, type Item, lockOf, queueOf } from "./queue.ts";

const soon = { lingerMs: 1, pollMs: 10 };
const now = Date.UTC(2026, 10, 21);

let scratch: ReturnType<typeof temporaryFolder>;
let home: string;
let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  scratch = temporaryFolder();
  home = realpathSync(scratch.path);
  folder = join(home, "shop");
  mkdirSync(folder);
  mkdirSync(queueOf(home), { recursive: true });
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  scratch[Symbol.dispose]();
});

const at = () => ({ project: "shop", remote: "", folder, branch: "main", here: folder });
const kept = (n: number, more: Partial<Kept> = {}): Kept => ({ type: "result", title: `Result ${n}`, text: `Result ${n}: the valve opens. `.repeat(10), location: `mcp:x/y?${n}`, kind: "file", ...more });
const finding = (n: number, more: object = {}): Item => ({ kind: "finding", client: "claude", session: "s", kept: kept(n), at: at(), now, ...more });

/** As a hook hands it over, without starting anybody. */
function queue(name: string, item: unknown): void {
  writeFileSync(join(queueOf(home), `${name}.json`), typeof item === "string" ? item : JSON.stringify(item));
}

function stored(): string[] {
  if (!existsSync(join(home, "kb.sqlite"))) return [];
  const database = openDatabase({ path: join(home, "kb.sqlite") });
  try {
    return database.prepare("SELECT title FROM article WHERE state = 'live' ORDER BY title").pluck().all() as string[];
  } finally {
    database.close();
  }
}

const left = () => readdirSync(queueOf(home)).sort();
const events = () => {
  const spool = join(home, "spool");
  return readdirSync(spool).filter((name) => name.endsWith(".ndjson")).flatMap((name) => readFileSync(join(spool, name), "utf8").trim().split("\n").map((line) => JSON.parse(line) as { action: string; status: string; metadata: Record<string, unknown> }));
};

/** A writer of its own, from source. */
function writer(): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), "drain"], { env: { PATH: process.env["PATH"], HOME: home, PAIOS_HOME: home }, stdio: "ignore" });
  children.push(child);
  return child;
}

/** A process that only is there. */
function somebody(): number {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { stdio: "ignore" });
  children.push(child);
  return child.pid ?? 0;
}

describe("HOOK-02 what was handed over", () => {
  it("is stored and gone, with one event each", async () => {
    for (let n = 0; n < 5; n++) queue(`finding-${n}`, finding(n));
    await drain(home, soon);
    expect(stored()).toEqual([0, 1, 2, 3, 4].map((n) => `Result ${n}`));
    expect(left()).toEqual([]);
    expect(events().map(({ action, status, metadata }) => [action, status, metadata["paios.memory.stored"]])).toEqual(Array.from({ length: 5 }, () => ["hook drain", "ok", "added"]));
  });

  it("is stored too when it comes while the writer stays", async () => {
    queue("first", finding(1));
    const writing = drain(home, { ...soon, lingerMs: 1_000 });
    await vi.waitFor(() => expect(stored()).toEqual(["Result 1"]), { timeout: 5_000 });
    queue("second", finding(2));
    await writing;
    expect(stored()).toEqual(["Result 1", "Result 2"]);
  });

  it("is not left behind when it comes while the writer goes: the hook sees the writer, and starts none", async () => {
    const late = setInterval(() => {
      // Between the last look and the lock's end, again and again.
      if (holder(home) !== undefined && !existsSync(join(queueOf(home), "late.json")) && stored().length < 3) queue("late", finding(Date.now()));
    }, 1);
    queue("first", finding(1));
    await drain(home, soon);
    clearInterval(late);
    expect(left()).toEqual([]);
  });

  it("is a file of its own that only its person may read, and a writer is started when none runs", async () => {
    const own = process.argv[1];
    process.argv[1] = join(import.meta.dirname, "main.ts");
    try {
      hand(home, "finding/../x", finding(1));
    } finally {
      process.argv[1] = own ?? "";
    }
    expect(statSync(queueOf(home)).isDirectory()).toBe(true);
    await vi.waitFor(() => expect(stored()).toEqual(["Result 1"]), { timeout: 10_000, interval: 100 });
    const pid = holder(home);
    expect(pid).toBeGreaterThan(0);
    if (pid) process.kill(pid, "SIGKILL");
  });

  it("leaves nothing half when it cannot be written", () => {
    writeFileSync(lockOf(home), String(somebody()));
    mkdirSync(join(queueOf(home), "x.json"));
    expect(() => hand(home, "x", finding(1))).toThrow("EISDIR");
    expect(left()).toEqual(["drain.lock", "x.json"]);
  });
});

describe("writers", () => {
  it("are one at a time", async () => {
    for (let n = 0; n < 40; n++) queue(`finding-${String(n).padStart(2, "0")}`, finding(n));
    await Promise.all([drain(home, soon), drain(home, soon), drain(home, soon)]);
    expect(stored()).toHaveLength(40);
    expect(events()).toHaveLength(40);
    expect(left()).toEqual([]);
  });

  it("of several processes store everything once", async () => {
    for (let n = 0; n < 60; n++) queue(`finding-${String(n).padStart(2, "0")}`, finding(n));
    const all = [writer(), writer(), writer()];
    await vi.waitFor(() => expect(left().filter((name) => name.endsWith(".json"))).toEqual([]), { timeout: 15_000, interval: 50 });
    await vi.waitFor(() => expect(all.filter(({ exitCode }) => exitCode === 0)).toHaveLength(2), { timeout: 5_000 });
    expect(stored()).toHaveLength(60);
    expect(events().filter(({ status }) => status !== "ok")).toEqual([]);
  });

  it("that are killed leave what they had to the next", async () => {
    const text = (n: number) => Array.from({ length: 3_000 }, (_, line) => `Line ${line} of ${n} says that the valve opens at ${line} degrees.`).join("\n");
    for (let n = 0; n < 30; n++) queue(`finding-${String(n).padStart(2, "0")}`, finding(n, { kept: kept(n, { text: text(n) }) }));
    for (const done of [1, 4]) {
      const child = writer();
      await vi.waitFor(() => expect(stored().length).toBeGreaterThanOrEqual(done), { timeout: 15_000, interval: 5 });
      child.kill("SIGKILL");
      await vi.waitFor(() => expect(child.signalCode).toBe("SIGKILL"));
    }
    expect(left()).toContain("drain.lock");
    await drain(home, soon);
    expect(stored()).toEqual(Array.from({ length: 30 }, (_, n) => `Result ${n}`).sort());
    expect(left()).toEqual([]);
  });

  it.each<[string, (lock: string) => void]>([
    ["empty", (lock) => writeFileSync(lock, "")],
    ["nonsense", (lock) => writeFileSync(lock, "nonsense")],
    ["of a process that is gone", (lock) => writeFileSync(lock, "999999999")],
    ["0", (lock) => writeFileSync(lock, "0")],
    ["negative", (lock) => writeFileSync(lock, "-1")],
    ["from before the machine started, with a number that is another process's now", (lock) => {
      writeFileSync(lock, String(process.ppid));
      utimesSync(lock, new Date(Date.now() - 600_000), new Date(Date.now() - 600_000));
    }],
  ])("are not kept out by a lock that is %s", async (_name, make) => {
    make(lockOf(home));
    expect(holder(home)).toBeUndefined();
    queue("x", finding(1));
    await drain(home, soon);
    expect(stored()).toEqual(["Result 1"]);
    expect(left()).toEqual([]);
  });

  it("leave to another that is there what it has", async () => {
    writeFileSync(lockOf(home), String(somebody()));
    queue("x", finding(1));
    await drain(home, soon);
    expect([stored(), left()]).toEqual([[], ["drain.lock", "x.json"]]);
  });

  it("take up what another had in hand, and what a newer one replaced is dropped", async () => {
    writeFileSync(join(queueOf(home), "a.taken"), JSON.stringify(finding(1)));
    writeFileSync(join(queueOf(home), "b.taken"), JSON.stringify(finding(2)));
    queue("b", finding(3));
    writeFileSync(join(queueOf(home), "c.json.7.part"), "{");
    utimesSync(join(queueOf(home), "c.json.7.part"), 1, 1);
    await drain(home, soon);
    expect(stored()).toEqual(["Result 1", "Result 3"]);
    expect(left()).toEqual([]);
  });
});

describe("an item that cannot be stored", () => {
  const session = (): Item => ({ kind: "session", client: "claude", session: "s", transcript: join(home, "gone.jsonl"), at: at(), now });

  it.each([["nonsense", "{"], ["null", null], ["another shape", { kind: "finding" }], ["a session whose transcript is gone", undefined]])("such as %s is set aside after three writers, and the others go on", async (_name, item) => {
    queue("bad", item === undefined ? session() : item);
    for (let n = 1; n <= 3; n++) {
      queue(`good-${n}`, finding(n));
      await drain(home, soon);
      expect(stored()).toHaveLength(n);
      expect(left()).toEqual(n < 3 ? [`bad+${n}.json`] : ["failed"]);
    }
    expect(readdirSync(join(queueOf(home), "failed"))).toEqual(["bad.json"]);
    expect(events().filter(({ status }) => status === "error")).toHaveLength(3);
    await drain(home, soon);
    expect(events()).toHaveLength(6);
  });

  it("does not undo a newer one of the same name", async () => {
    queue("x+1", finding(1, { kept: kept(1, { location: "mcp:same" }) }));
    queue("x", finding(2, { kept: kept(2, { location: "mcp:same" }) }));
    await drain(home, soon);
    expect(stored()).toEqual(["Result 2"]);
  });

  it("because the database is damaged, locked or newer waits for as long as it is", async () => {
    writeFileSync(join(home, "kb.sqlite"), "This is no database. ".repeat(500));
    queue("x", finding(1));
    for (let n = 0; n < 4; n++) await drain(home, soon);
    expect(left()).toEqual(["x.json"]);
    writeFileSync(join(home, "kb.sqlite"), "");
    await drain(home, soon);
    expect([stored(), left()]).toEqual([["Result 1"], []]);
  });
});

describe("HOOK-06 what the person excluded meanwhile", () => {
  it.each<[string, () => void]>([
    ["by switching it off", () => writeFileSync(join(home, "paios.json"), '{"memory": {"enabled": false}}')],
    ["by its name", () => writeFileSync(join(home, "paios.json"), '{"memory": {"exclude": ["shop"]}}')],
    ["by its folder", () => writeFileSync(join(home, "paios.json"), JSON.stringify({ memory: { exclude: [folder] } }))],
    ["by a file in it", () => writeFileSync(join(folder, ".paiosignore"), "")],
    ["by a paios.json that is broken", () => writeFileSync(join(home, "paios.json"), "{")],
  ])("%s is not stored, and not kept", async (_name, exclude) => {
    queue("x", finding(1));
    exclude();
    await drain(home, soon);
    expect([stored(), left()]).toEqual([[], []]);
    expect(events()).toMatchObject([{ status: "ok", metadata: { "paios.memory.stored": "excluded" } }]);
  });
});

it("HOOK-05 a session is one learning, and heard again the same one", async () => {
  const transcript = join(home, "t.jsonl");
  const line = (type: string, content: unknown) => `${JSON.stringify({ type, message: { role: type, content } })}\n`;
  writeFileSync(transcript, line("user", "Why do the seedlings die at night?") + line("assistant", [{ type: "text", text: "The root cause is that the thermostat reads the outdoor sensor." }]));
  const item: Item = { kind: "session", client: "claude", session: "s", transcript, at: at(), now };
  queue("session-claude-s", item);
  await drain(home, soon);
  expect(stored()).toEqual(["Why do the seedlings die at night?"]);
  writeFileSync(transcript, line("assistant", [{ type: "text", text: "We decided to read the indoor sensor instead." }]), { flag: "a" });
  queue("session-claude-s", item);
  await drain(home, soon);
  expect(stored()).toEqual(["Why do the seedlings die at night?"]);
  expect(events().map(({ metadata }) => metadata["paios.memory.stored"])).toEqual(["added", "updated"]);
});
