import { sql } from "@paios/shared/sqlite";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closeKb, type Kb, openKb } from "../kb.ts";
import { tidy } from "../upkeep.ts";
import { forget, unforget } from "./forget.ts";
import { listArticles, requireArticle } from "./read.ts";
import { faults, note, passages } from "./testing/knowledge.ts";
import { rewriteArticle, writeArticles } from "./write.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 21);

let folder: ReturnType<typeof temporaryFolder>;
let kb: Kb;

beforeEach(() => {
  folder = temporaryFolder();
  kb = openKb(folder.path);
});

afterEach(async () => {
  expect(faults(kb.database)).toEqual([]);
  await closeKb(kb);
  folder[Symbol.dispose]();
});

function forgotten(at = now): number {
  const [written] = writeArticles(kb.database, [note("to be forgotten")], at);
  forget(kb.database, written?.id ?? 0, at);
  return written?.id ?? 0;
}

/** Tidied by processes that come and go, as each session's server does. */
async function tidyAt(...times: number[]): Promise<void> {
  for (const at of times) {
    tidy(kb, at);
    await closeKb(kb);
    kb = openKb(folder.path);
  }
}

function isThere(id: number): boolean {
  return sql(kb.database, "SELECT 1 FROM article WHERE id = ?").get(id) !== undefined;
}

const daily = (from: number, days: number) => Array.from({ length: days }, (_, n) => now + (from + n) * day);

describe("what is forgotten is purged", () => {
  it("after 30 days of steady use, and not before", async () => {
    const id = forgotten();
    await tidyAt(...daily(0, 30));
    expect(isThere(id)).toBe(true);
    await tidyAt(now + 30 * day);
    expect(isThere(id)).toBe(false);
  });

  it("a day later when nobody was there for long", async () => {
    const id = forgotten();
    await tidyAt(now, now + 40 * day);
    expect(isThere(id)).toBe(true);
    await tidyAt(now + 41 * day);
    expect(isThere(id)).toBe(false);
  });

  it("not by a clock that is a year ahead for some hours, however often it is asked", async () => {
    const id = forgotten();
    const ahead = now + 365 * day;
    await tidyAt(...daily(0, 5), ahead, ahead + 1, ahead + day / 4, ...daily(5, 3));
    expect(isThere(id)).toBe(true);
    expect(unforget(kb.database, id)).toBe(true);
  });

  it("in its time, also after the clock was set back", async () => {
    const id = forgotten();
    await tidyAt(...daily(0, 3), now - 400 * day, ...daily(3, 30));
    expect(isThere(id)).toBe(false);
  });

  it("INFRA-05 a part at a time, so that nobody waits for all of it", () => {
    kb.config.purgeAfterDays = 0;
    for (let n = 0; n < 40; n++) forget(kb.database, writeArticles(kb.database, [note(passages(300, `w${n}`))], now)[0]?.id ?? 0, now);
    let turns = 0;
    for (let done = false; !done; turns++) {
      const started = performance.now();
      done = tidy(kb, now);
      expect(performance.now() - started).toBeLessThan(600);
    }
    expect(turns).toBeGreaterThan(1);
    expect(sql(kb.database, "SELECT count(*) FROM article").pluck().get()).toBe(0);
  });

  it("at once with purgeAfterDays 0", async () => {
    const id = forgotten();
    kb.config.purgeAfterDays = 0;
    tidy(kb, now);
    expect(isThere(id)).toBe(false);
  });
});

it("a list's pages name every article once, whatever the clock did between the writes", () => {
  const jumps = [0, 5, -400, 5, 5, 900, 0, -0.001, 0];
  const ids = jumps.map((days, n) => writeArticles(kb.database, [note(`note ${n}`)], now + days * day)[0]?.id ?? 0);
  const seen: number[] = [];
  for (let page = listArticles(kb.database, {}, 2, undefined); page.length > 0; page = listArticles(kb.database, {}, 2, page.at(-1))) seen.push(...page.map(({ id }) => id));
  expect(seen.toSorted((a, b) => a - b)).toEqual(ids);
  expect(seen.slice(0, 2)).toEqual([6, 5]);
});

it("versions follow one another when the clock goes back", () => {
  const id = writeArticles(kb.database, [note("one")], now)[0]?.id ?? 0;
  rewriteArticle(kb.database, id, note("two"), now - 10 * day);
  rewriteArticle(kb.database, id, note("three"), now - 20 * day);
  expect(requireArticle(kb.database, id)).toMatchObject({ version: 3, createdMs: now, updatedMs: now - 20 * day });
  expect(sql(kb.database, "SELECT version, text FROM article_version ORDER BY version").all()).toEqual([{ version: 1, text: "one" }, { version: 2, text: "two" }]);
});
