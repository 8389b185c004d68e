import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { seededRandom } from "@paios/shared/testing/random";
import { articles } from "../../bench/corpus.ts";
import { aiJson, ai, configText, environment, faultsOf, query, start } from "./rig.ts";

interface Killed {
  rounds: number;
  /** Rounds that were killed at work; the others had ended. */
  killed: number;
  /** What was not there, not sound or not as it should be. */
  wrong: string[];
}

/**
 * Imports a folder again and again and kills it −9 at a random moment, with notes added and files changed in between.
 * After every kill the database is sound and nothing that was there is gone; the import that is let be completes it.
 */
export async function killImports(folder: string, rounds: number, files: number, seed: number): Promise<Killed> {
  const random = seededRandom(seed);
  const home = join(folder, "paios");
  const notes = join(folder, "notes");
  const env = environment(folder, home);
  for (const path of [home, notes]) mkdirSync(path);
  writeFileSync(join(home, "paios.json"), configText);
  const texts = writeNotes(notes, files, seed);
  const wrong: string[] = [];
  const added: number[] = [];
  let imported = new Set<string>();
  let fullMs = 3_000;
  let killed = 0;
  for (let round = 0; round < rounds; round++) {
    if (round % 4 === 0) added.push(Number((await aiJson(env, ["kb", "add", `Note ${round}`, `Acknowledged in round ${round}.`]))["id"]));
    const started = performance.now();
    const command = ai(env, ["--json", "kb", "import", notes]);
    const timer = setTimeout(command.kill, 100 + random.below(fullMs));
    const { code, stdout, stderr } = await command.ended;
    clearTimeout(timer);
    if (code === null) killed++;
    else if (code !== 0) wrong.push(`round ${round} ended with ${code}: ${stdout}${stderr}`);
    else fullMs = Math.max(400, Math.round(performance.now() - started) + 50);
    wrong.push(...faultsOf(home).map((fault) => `round ${round}: ${fault}`));
    const now = new Set(query<{ location: string }>(home, "SELECT location FROM source JOIN article ON article.id = article_id WHERE kind = 'file' AND state = 'live'").map(({ location }) => location));
    for (const location of imported) if (!now.has(location)) wrong.push(`round ${round}: ${location} is gone`);
    imported = now;
    // Whoever finished gets new work: other texts for a part, which are updates, some of them long.
    if (imported.size === files) for (const path of texts.keys()) if (random.below(3) === 0) change(path, texts, random.below(40) === 0 ? 400 : 1);
  }
  const last = await aiJson(env, ["kb", "import", notes]);
  const again = await aiJson(env, ["kb", "import", notes]);
  if (Number(again["unchanged"]) !== files) wrong.push(`a second import did ${JSON.stringify(again)} after ${JSON.stringify(last)}`);
  const stored = new Map(query<{ location: string; text: string }>(home, "SELECT location, group_concat(text, '') AS text FROM (SELECT location, text FROM source JOIN chunk USING (article_id) WHERE kind = 'file' ORDER BY location, position) GROUP BY location").map(({ location, text }) => [location, text]));
  for (const [path, text] of texts) if (stored.get(path) !== text) wrong.push(`${path} is not stored as it is`);
  const live = new Set(query<{ id: number }>(home, "SELECT id FROM article WHERE state = 'live'").map(({ id }) => id));
  for (const id of added) if (!live.has(id)) wrong.push(`the acknowledged note ${id} is gone`);
  wrong.push(...faultsOf(home));
  return { rounds, killed, wrong };
}

/** Killed in the middle, what is stored is not read again: a file that secretly changed keeps its old text. */
export async function resumeAfterKill(folder: string, files: number): Promise<{ stored: number; unchanged: number; added: number; readAgain: number }> {
  const home = join(folder, "paios");
  const notes = join(folder, "notes");
  const env = environment(folder, home);
  for (const path of [home, notes]) mkdirSync(path);
  writeFileSync(join(home, "paios.json"), configText);
  writeNotes(notes, files, 7);
  const locations = () => query<{ location: string }>(home, "SELECT location FROM source WHERE kind = 'file'").map(({ location }) => location);
  const command = ai(env, ["kb", "import", notes]);
  const watch = setInterval(() => {
    if (statSync(join(home, "kb.sqlite-wal"), { throwIfNoEntry: false })?.size && locations().length > files / 10) command.kill();
  }, 5);
  await command.ended;
  clearInterval(watch);
  const stored = locations();
  for (const path of stored) {
    writeFileSync(path, readFileSync(path, "utf8").toUpperCase());
    utimesSync(path, noteTime, noteTime);
  }
  const { unchanged, added } = await aiJson(env, ["kb", "import", notes]);
  const [row] = query<{ n: number }>(home, "SELECT count(*) AS n FROM article WHERE title = upper(title)");
  return { stored: stored.length, unchanged: Number(unchanged), added: Number(added), readAgain: row?.n ?? 0 };
}

/** Kills a process in the middle of taking a database from schema 1 to 3; afterwards it is at 1 or at 3, and whole. */
export async function killMigrations(folder: string, rounds: number, seed: number): Promise<Killed> {
  const random = seededRandom(seed);
  const fixture = fileURLToPath(new URL("migrate-fixture.ts", import.meta.url));
  const old = join(folder, "old.sqlite");
  const env = environment(folder);
  const wrong: string[] = [];
  let killed = 0;
  let fullMs = 300;
  await start([fixture, old, "1"], env).ended;
  for (let round = 0; round < rounds; round++) {
    const home = join(folder, `home-${round}`);
    const path = join(home, "old.sqlite");
    mkdirSync(home);
    copyFileSync(old, path);
    let started = 0;
    const command = start([fixture, path, "3"], env, "", (text) => {
      if (text !== "opening\n") return;
      started = performance.now();
      setTimeout(command.kill, random.below(fullMs)).unref();
    });
    const { code } = await command.ended;
    if (code === null) killed++;
    else fullMs = Math.max(20, Math.round(performance.now() - started));
    const version = versionOf(path, wrong);
    if (version !== 1 && version !== 3) wrong.push(`round ${round}: at schema ${version}`);
    const backups = existsSync(join(home, "backups")) ? readdirSync(join(home, "backups"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".sqlite")) : [];
    if (version === 3 && (backups.length !== 1 || versionOf(join(home, "backups", backups[0] ?? ""), wrong) !== 1)) wrong.push(`round ${round}: migrated without a sound backup: ${backups.join()}`);
    await start([fixture, path, "3"], env).ended;
    if (versionOf(path, wrong) !== 3) wrong.push(`round ${round}: not completed afterwards`);
    rmSync(home, { recursive: true });
  }
  return { rounds, killed, wrong };
}

/** The schema that the rows themselves have, which must be what the file says. */
function versionOf(path: string, wrong: string[]): number {
  const database = new Database(path);
  try {
    const version = Number(database.pragma("user_version", { simple: true }));
    const columns = database.prepare("SELECT name FROM pragma_table_info('note')").pluck().all().join();
    const rows = database.prepare(version === 1 ? "SELECT count(*) FROM note" : "SELECT count(*) FROM note WHERE length = length(text) AND folded = lower(text)").pluck().get();
    if (database.pragma("integrity_check", { simple: true }) !== "ok" || rows !== 20_000 || columns !== (version === 1 ? "id,text" : "id,text,length,folded")) wrong.push(`${path}: schema ${version} with ${columns} and ${String(rows)} good rows`);
    return version;
  } finally {
    database.close();
  }
}

const noteTime = new Date("2026-11-21");

function writeNotes(folder: string, count: number, seed: number): Map<string, string> {
  const texts = new Map<string, string>();
  let n = 0;
  for (const { title, text } of articles(count, seed)) {
    const path = join(folder, `note-${n++}.md`);
    texts.set(path, `# ${title}\n\n${text}`);
    writeFileSync(path, texts.get(path) ?? "");
    utimesSync(path, noteTime, noteTime);
  }
  return texts;
}

let changes = 0;

function change(path: string, texts: Map<string, string>, times: number): void {
  const text = `${texts.get(path) ?? ""}${`\nChanged ${++changes}: another sentence that was not here before.\n`.repeat(times)}`.slice(-60_000).trimStart();
  texts.set(path, text);
  writeFileSync(path, text);
}
