import { temporaryFolder } from "@paios/shared/testing/temporary";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { forget } from "../store/forget.ts";
import { openStore } from "../store/testing/knowledge.ts";
import { prepare } from "../store/prepare.ts";
import { writeArticles } from "../store/write.ts";
import { injectionsOf, noteInjected } from "./injections.ts";
import { closeMemory, type Memory, openMemory } from "./open.ts";
import { recallForOpening, recallForPrompt, type RecentWork, type Whereabouts } from "./recall.ts";
import { rememberFinding, rememberLearning } from "./remember.ts";

const now = Date.UTC(2026, 10, 21);
const day = 86_400_000;
const here: Whereabouts & RecentWork = { project: "shop", remote: "github.com/ada/shop", folder: "/home/ada/shop", branch: "main", commits: [], files: [] };

let folder: ReturnType<typeof temporaryFolder>;
let memory: Memory;

beforeEach(() => {
  folder = temporaryFolder();
  openStore(folder.path).close();
  const opened = openMemory(folder.path, 1_000);
  if (!opened) throw new Error("There is no knowledge base");
  memory = opened;
});

afterEach(() => {
  closeMemory(memory);
  folder[Symbol.dispose]();
});

let sessions = 0;

function learn(title: string, more: Partial<Omit<Parameters<typeof rememberLearning>[1], "place">> & { place?: Partial<Whereabouts & RecentWork> } = {}, daysAgo = 0): number {
  const session = `s-${sessions++}`;
  const { place, ...rest } = more;
  return rememberLearning(memory, { title, text: `## Decided\n\n- ${title}, said number ${session}.`, client: "claude", session, transcript: `/t/${session}.jsonl`, project: "shop", tags: [], external: false, traceId: "0".repeat(32), ...rest, place: { folder: here.folder, remote: here.remote, branch: "main", files: [], commits: [], ...place } }, now - daysAgo * day).id;
}

function find(title: string, more: Partial<Parameters<typeof rememberFinding>[1]> = {}): number {
  return rememberFinding(memory, { title, text: `${title}, as somebody wrote. `.repeat(10), type: "page", client: "claude", session: "s", project: "shop", location: `https://a.test/${title}`, kind: "url", traceId: "0".repeat(32), place: { folder: here.folder, remote: here.remote }, ...more }, now).id;
}

const opening = (at: Partial<Whereabouts & RecentWork> = {}) => recallForOpening(memory, { ...here, ...at }, 3, now).map(({ id }) => id);
const prompted = (prompt: string, except: number[] = [], at: Partial<Whereabouts> = {}) => recallForPrompt(memory, { ...here, ...at }, prompt, new Set(except), now).map(({ id }) => id);

describe("the start of a session is given", () => {
  it("nothing where nothing was learned", () => {
    expect(opening()).toEqual([]);
    expect(prompted("carry on")).toEqual([]);
  });

  it("nothing without a project, also of what was learned without one", () => {
    learn("Retries back off", { project: "" });
    expect(opening({ project: "" })).toEqual([]);
    expect(prompted("carry on with the retries that back off", [], { project: "" })).toEqual([]);
  });

  it("nothing of another project", () => {
    learn("Retries back off", { project: "bank" });
    expect(opening()).toEqual([]);
    expect(prompted("carry on with the retries that back off")).toEqual([]);
  });

  it("at most three, the newest where nothing else tells", () => {
    const ids = Array.from({ length: 6 }, (_, n) => learn(`Matter number ${n}`, {}, 6 - n));
    expect(opening()).toEqual([ids[5], ids[4], ids[3]]);
  });

  it("nothing old that nothing speaks for", () => {
    learn("Retries back off", {}, 200);
    expect(opening()).toEqual([]);
  });

  it("what has its branch, its files or its commits first, and says so", () => {
    const [branch, files, commits] = [learn("About one", { place: { branch: "retry-webhooks" } }, 50), learn("About two", { place: { files: ["src/two.ts"] } }, 50), learn("About three", { place: { commits: ["Third thing"] } }, 50)];
    for (let n = 0; n < 5; n++) learn(`Newer matter ${n}`, {}, 20);
    expect(opening({ branch: "retry-webhooks" })[0]).toBe(branch);
    expect(opening({ files: ["src/two.ts"] })[0]).toBe(files);
    expect(opening({ commits: ["Third thing"] })[0]).toBe(commits);
    expect(recallForOpening(memory, { ...here, branch: "retry-webhooks" }, 1, now)).toMatchObject([{ id: branch, type: "learning", origin: "claude", trust: "agent", reasons: ["the branch retry-webhooks"], text: expect.stringContaining("About one") as string }]);
  });

  it("what fits by its words however much is newer", () => {
    const id = learn("The thermostat reads the outdoor sensor", {}, 300);
    for (let n = 0; n < 70; n++) learn(`Newer matter ${n}`, {}, 1);
    for (let n = 0; n < 70; n++) find(`Page ${n}`);
    expect(opening({ commits: ["Thermostat reads outdoor sensor"] })).toContain(id);
    expect(prompted("Why does the thermostat read the outdoor sensor?")).toEqual([id]);
  });
});

describe("never given", () => {
  it("is what was superseded, or forgotten", () => {
    const [old, gone] = [learn("Retries back off with jitter"), learn("Retries never stop at all")];
    writeArticles(memory.database, [prepare({ title: "Retries stop after an hour", text: "Retries stop after an hour.", type: "note", project: "shop", tags: [], trust: "person", supersedes: old, source: { kind: "added", location: "", origin: "person" } })], now);
    forget(memory.database, gone, now);
    for (const ids of [opening(), prompted("carry on with the retries that back off and never stop")]) {
      expect(ids).not.toContain(old);
      expect(ids).not.toContain(gone);
    }
  });

  it("is what the person forgot, when its session is heard again", () => {
    const id = learn("Retries back off", { transcript: "/t/same.jsonl" });
    forget(memory.database, id, now);
    expect(learn("Retries back off again", { transcript: "/t/same.jsonl" })).toBe(id);
    expect(opening()).toEqual([]);
  });

  it.each<[string, Partial<Whereabouts>]>([
    ["with another remote", { remote: "github.com/eve/shop", folder: "/home/ada/other/shop" }],
    ["without a remote, elsewhere", { remote: "", folder: "/home/ada/other/shop" }],
  ])("is a learning or a page of another repository of the same name %s", (_name, there) => {
    learn("Retries back off with jitter");
    find("Retries back off with jitter");
    expect(opening({ ...there, commits: ["Retries back off with jitter"] })).toEqual([]);
    expect(prompted("carry on with the retries that back off with jitter", [], there)).toEqual([]);
  });

  it.each<[string, Partial<Whereabouts>]>([
    ["in another clone", { folder: "/home/ada/clone" }],
    ["whose remote is new", { remote: "gitlab.com/ada/shop" }],
    ["in a worktree of what has no remote", { remote: here.folder, folder: "/home/ada/projecttree" }],
  ])("but of the same repository it is given %s", (_name, there) => {
    const id = learn("Retries back off", { place: there.remote === here.folder ? { remote: "" } : {} });
    expect(opening(there)).toEqual([id]);
  });

  it("is what a test printed or a search found, however well it fits", () => {
    find("Retries back off with jitter", { type: "outcome", location: "outcome:npm test", kind: "file" });
    find("Retries back off with jitter again", { type: "search", location: "search:retries", kind: "file" });
    expect(opening({ commits: ["Retries back off with jitter"] })).toEqual([]);
    expect(prompted("the retries that back off with jitter again")).toEqual([]);
  });
});

describe("a prompt is given", () => {
  it("the one learning that it goes back to, once in a session", () => {
    const id = learn("The thermostat reads the outdoor sensor");
    learn("Invoices are integers of cents");
    expect(prompted("Does the thermostat still read the outdoor sensor?")).toEqual([id]);
    expect(prompted("Does the thermostat still read the outdoor sensor?", [id])).not.toContain(id);
  });

  it("nothing when it is about something else", () => {
    learn("The thermostat reads the outdoor sensor");
    expect(prompted("Translate the imprint of the website into Polish")).toEqual([]);
  });

  it.each(['"', "()", "NEAR(", "* OR *", "'; DROP TABLE article; --", "\u0000", "a".repeat(100_000), "😀".repeat(1_000), "   "])("no error for %s", (prompt) => {
    learn("The thermostat reads the outdoor sensor");
    expect(() => prompted(prompt)).not.toThrow();
  });
});

describe("findings", () => {
  it("of the same command in two projects are two, and the newest of each replaces the one before", () => {
    const outcome = (text: string, at: string) => rememberFinding(memory, { title: "Passed: npm test", text, type: "outcome", client: "claude", session: "s", project: at, location: "outcome:npm test", kind: "file", traceId: "0".repeat(32), place: { folder: `/home/ada/${at}`, remote: "" } }, now);
    const first = outcome("one", "shop");
    expect(outcome("two", "bank")).toMatchObject({ status: "added" });
    expect(outcome("three", "shop")).toEqual({ id: first.id, status: "updated", version: 2 });
  });

  it("KB-02 are external, whoever says so", () => {
    find("Retries back off with jitter");
    expect(memory.database.prepare("SELECT DISTINCT trust FROM article").pluck().all()).toEqual(["external"]);
    learn("Retries of the bank", { external: true });
    expect(memory.database.prepare("SELECT DISTINCT trust FROM article").pluck().all()).toEqual(["external"]);
  });
});

describe("HOOK-06 what was given", () => {
  it("is known with its reasons, once for each session, for ninety days", () => {
    const fact = { session: "s", articleId: 7, client: "claude", event: "SessionStart", project: "shop", score: 0.5, reasons: ["learned lately"], atMs: now };
    noteInjected(memory, [fact, { ...fact, articleId: 8, score: 0.4 }]);
    noteInjected(memory, [{ ...fact, score: 0.9 }, { ...fact, session: "t" }]);
    expect(injectionsOf(memory, "s", 10)).toEqual([fact, { ...fact, articleId: 8, score: 0.4 }]);
    expect(injectionsOf(memory, undefined, 2)).toHaveLength(2);
    noteInjected(memory, [{ ...fact, session: "u", atMs: now + 91 * day }]);
    expect(injectionsOf(memory, undefined, 10).map(({ session }) => session)).toEqual(["u"]);
  });
});

describe("openMemory", () => {
  it("opens nothing that is not there, and leaves what another version wrote alone", () => {
    using other = temporaryFolder();
    expect(openMemory(other.path, 10)).toBeUndefined();
    memory.database.pragma("user_version = 99");
    expect(openMemory(folder.path, 10)).toBeUndefined();
    expect(memory.database.pragma("user_version", { simple: true })).toBe(99);
  });
});
