import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type Database, sql } from "@paios/shared/sqlite";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { forget, purge, unforget } from "./forget.ts";
import { requireArticle, textOf } from "./read.ts";
import { faults, file, interrupted, note, openStore, passages } from "./testing/knowledge.ts";
import { rewriteArticle, writeArticles, type Written } from "./write.ts";

const now = Date.UTC(2026, 10, 21);
const hour = 3_600_000;

let folder: ReturnType<typeof temporaryFolder>;
let database: Database;
/** As another process has it. */
let other: Database;

beforeEach(() => {
  folder = temporaryFolder();
  database = openStore(folder.path);
  other = openStore(folder.path);
});

afterEach(() => {
  expect(faults(database)).toEqual([]);
  database.close();
  other.close();
  folder[Symbol.dispose]();
});

function write(on: Database, article: Parameters<typeof writeArticles>[1][number], at = now): Written {
  const [written] = writeArticles(on, [article], at);
  if (!written) throw new Error("nothing was written");
  return written;
}

function chunkIds(id: number): number[] {
  return sql(database, "SELECT id FROM chunk WHERE article_id = ? ORDER BY position").pluck().all(id) as number[];
}

describe("an update", () => {
  it("keeps the ids and vectors of the passages that stay, wherever they move", () => {
    const { id } = write(database, file("/a.md", passages(6)));
    const before = chunkIds(id);
    for (const chunkId of before) sql(database, "INSERT INTO vector VALUES (1, ?, x'00')").run(chunkId);
    const sections = passages(6).split(/(?=# )/);
    const text = ["# New\n\nA new first passage that says what has changed since, what has not, why, by whom it was found, when it was written down, what it replaces, where to read more about it, and what follows from it for us all, at some length, so that it stands by itself.\n\n", ...sections.filter((_, n) => n !== 2)].join("");
    expect(write(database, file("/a.md", text))).toEqual({ id, status: "updated", version: 2 });
    expect(textOf(database, id)).toBe(text);
    expect(chunkIds(id).slice(1)).toEqual(before.filter((_, n) => n !== 2));
    expect(sql(database, "SELECT chunk_id FROM vector ORDER BY 1").pluck().all()).toEqual(before.filter((_, n) => n !== 2));
  });

  it("keeps the last ten texts, by number and not by clock", () => {
    const { id } = write(database, file("/a.md", "text 1"));
    for (let n = 2; n <= 25; n++) write(database, file("/a.md", `text ${n}`), now + (n % 2 ? hour * 9_000 : -hour * 9_000) * n);
    expect(sql(database, "SELECT version, text FROM article_version WHERE article_id = ? ORDER BY version").all(id)).toEqual(
      Array.from({ length: 10 }, (_, n) => ({ version: 15 + n, text: `text ${15 + n}` })),
    );
  });

  it("leaves the facts about other articles' sources alone", () => {
    const first = write(database, note("the first"));
    const second = write(database, note("the second"));
    const before = requireArticle(database, first.id);
    rewriteArticle(database, second.id, note("the second, changed"), now + hour);
    expect(requireArticle(database, first.id)).toEqual(before);
    expect(requireArticle(database, second.id).sources).toMatchObject([{ capturedMs: now + hour }]);
  });

  it("that makes a file equal to another leaves one live article, and the old one can be brought back", () => {
    const a = write(database, file("/a.md", "the same text"));
    const b = write(database, file("/b.md", "another text"));
    expect(write(database, file("/b.md", "the same text"))).toMatchObject({ id: a.id });
    expect(requireArticle(database, a.id).sources.map(({ location }) => location)).toEqual(["/a.md", "/b.md"]);
    expect(faults(database)).toEqual([]);
    expect(textOf(database, b.id)).toBe("another text");
    expect(sql(database, "SELECT state FROM article WHERE id = ?").pluck().get(b.id)).toBe("forgotten");
  });

  it("brings a forgotten article back, whoever forgets it meanwhile", () => {
    const { id } = write(database, file("/a.md", passages(3)));
    const on = interrupted(database, (at) => at === 1 && forget(other, id, now));
    write(on, file("/a.md", passages(4, "other")));
    expect(requireArticle(database, id).version).toBe(2);
  });

  it("of a forgotten article counts it once, whoever brings it back meanwhile", () => {
    const { id } = write(database, file("/a.md", passages(3)));
    forget(database, id, now);
    const on = interrupted(database, (at) => at === 1 && unforget(other, id));
    write(on, file("/a.md", passages(4, "other")));
    expect(requireArticle(database, id).version).toBe(2);
  });
});

describe("two processes with the same file", () => {
  it("both changed: both texts are kept, the last one shows", () => {
    const { id } = write(database, file("/a.md", passages(3)));
    const on = interrupted(database, (at) => {
      if (at === 1) write(other, file("/a.md", passages(4, "theirs")));
    });
    expect(write(on, file("/a.md", passages(4, "mine")))).toEqual({ id, status: "updated", version: 3 });
    expect(textOf(database, id)).toBe(passages(4, "mine"));
    expect(sql(database, "SELECT text FROM article_version ORDER BY version").pluck().all()).toEqual([passages(3), passages(4, "theirs")]);
  });

  it("both new: one article", () => {
    let theirs: Written | undefined;
    const on = interrupted(database, (at) => {
      if (at === 1) theirs = write(other, file("/a.md", passages(4)));
    });
    expect(write(on, file("/a.md", passages(4)))).toEqual({ id: theirs?.id, status: "unchanged", version: 1 });
    expect(sql(database, "SELECT count(*) FROM article WHERE state = 'live'").pluck().get()).toBe(1);
  });

  it("one article with two files, both changed: each has its text, nothing is left without a source", () => {
    const { id } = write(database, file("/a.md", passages(3)));
    write(database, file("/b.md", passages(3)));
    const on = interrupted(database, (at) => {
      if (at === 1) write(other, file("/b.md", passages(4, "theirs")));
    });
    write(on, file("/a.md", passages(4, "mine")));
    const live = sql(database, "SELECT id FROM article WHERE state = 'live' ORDER BY id").pluck().all() as number[];
    expect(live).toContain(id);
    expect(live.map((each) => textOf(database, each)).toSorted()).toEqual([passages(4, "mine"), passages(4, "theirs")].toSorted());
  });
});

describe("a purge", () => {
  it("by two processes at once removes everything once", () => {
    const { id } = write(database, note(passages(8)));
    forget(database, id, now);
    const on = interrupted(database, (at) => at === 1 && purge(other, now, now));
    expect(purge(on, now, now)).toBe(1);
    expect(sql(database, "SELECT (SELECT count(*) FROM chunk) + (SELECT count(*) FROM article)").pluck().get()).toBe(0);
  });

  it("cannot be undone half-way, and does not take what is imported again meanwhile", () => {
    const { id } = write(database, file("/a.md", passages(8)));
    forget(database, id, now);
    let undone: unknown;
    const on = interrupted(database, (at) => {
      if (at !== 1) return;
      try {
        undone = unforget(other, id);
      } catch (error) {
        undone = error;
      }
      write(other, file("/a.md", `${passages(8)}\nand more`));
    });
    purge(on, now, now);
    expect(undone).toMatchObject({ code: "not_found" });
    const [live] = sql(database, "SELECT id FROM article WHERE state = 'live'").pluck().all() as number[];
    expect(textOf(database, live ?? 0)).toBe(`${passages(8)}\nand more`);
  });

  it("leaves what was brought back after the purge looked", () => {
    const ids = [passages(8), passages(8, "other")].map((text) => write(database, note(text)).id);
    for (const id of ids) forget(database, id, now);
    let undone = false;
    const on = interrupted(database, (at) => {
      if (at === 1) undone = unforget(other, ids[1] ?? 0);
    });
    purge(on, now, now);
    expect(undone).toBe(true);
    expect(textOf(database, ids[1] ?? 0)).toBe(passages(8, "other"));
  });

  it("that takes unfinished work for a crash's, by a clock that jumped, does not lose it", () => {
    const jumped = now + 400 * 24 * hour;
    const fresh = write(interrupted(database, (at) => at === 2 && purge(other, 0, jumped)), note(passages(5)));
    expect(textOf(database, fresh.id)).toBe(passages(5));
    const on = interrupted(database, (at) => at === 2 && purge(other, 0, jumped));
    const version = rewriteArticle(on, fresh.id, note(passages(6, "changed")), now);
    expect([version, textOf(database, fresh.id)]).toEqual([2, passages(6, "changed")]);
  });

  it("of what an update leaves over, by another process, does not fail the update", () => {
    const { id } = write(database, note(passages(20)));
    const on = interrupted(database, () => purge(other, 0, now));
    expect(rewriteArticle(on, id, note(passages(3, "short")), now)).toBe(2);
    expect(textOf(database, id)).toBe(passages(3, "short"));
  });

  it("removes what a crash left half-written, an hour later", () => {
    const dying = interrupted(database, (at) => {
      if (at === 2) throw new Error("killed");
    });
    expect(() => write(dying, note(passages(5)))).toThrow("killed");
    expect(sql(database, "SELECT state FROM article").pluck().all()).toEqual(["staging"]);
    expect([purge(database, 0, now + hour / 2), purge(database, 0, now + hour + 1)]).toEqual([0, 1]);
    expect(sql(database, "SELECT count(*) FROM chunk").pluck().get()).toBe(0);
  });
});

it("a long article is seen whole or not at all", () => {
  const seen: unknown[] = [];
  const on = interrupted(database, () => seen.push(sql(other, "SELECT count(*) FROM article WHERE state = 'live'").pluck().get()));
  const { id } = write(on, note(passages(5)));
  expect(seen.length).toBeGreaterThan(3);
  expect(new Set(seen.slice(0, -1))).toEqual(new Set([0]));
  expect(textOf(other, id)).toBe(passages(5));
});

it("INFRA-04 work of seconds lets others write in between", async () => {
  const { id } = write(database, note(passages(250)));
  forget(database, id, now);
  const writer = spawn(process.execPath, [fileURLToPath(new URL("testing/small-writer.ts", import.meta.url)), folder.path], { stdio: ["pipe", "pipe", "inherit"] });
  await once(writer.stdout, "data");
  const started = performance.now();
  purge(interrupted(database, () => {}), now, now);
  const tookMs = performance.now() - started;
  writer.stdin.end();
  const { slowestMs, written } = JSON.parse(await text(writer.stdout)) as { slowestMs: number; written: number };
  expect(tookMs).toBeGreaterThan(2_000);
  expect(slowestMs).toBeLessThan(tookMs * 0.9);
  expect(written).toBeGreaterThan(5);
});
