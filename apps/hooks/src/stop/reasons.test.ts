import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "@paios/shared/testing/temporary";
import { describe, expect, it } from "vitest";
import { readInput } from "../input.ts";
import { fixture, recorded } from "../testing/fixtures.ts";
import { whyIncomplete } from "./reasons.ts";
import { lastTurn, type LastTurn } from "./turn.ts";

type Given = Partial<Omit<LastTurn, "exists" | "now">> & { there?: string[]; files?: Record<string, string> };

function why({ there = [], files = {}, ...turn }: Given): string | undefined {
  return whyIncomplete({
    asked: "Make the export retry", message: "", edits: [], commands: [], earlier: { edits: [], commands: [] }, helped: false, planning: false, waits: false,
    exists: (path) => there.includes(path), now: (path) => files[path] ?? "", ...turn,
  })?.name;
}

const edited = (path: string, added: string): Given => ({ edits: [{ path, added }], files: { [path]: `// before\n${added}\n` } });

describe("HOOK-03 goes back", () => {
  it.each([
    "I created `src/report.ts`. It is done.",
    "I've written the summary to `docs/summary.md`.",
    "Done! I wrote notes.md with all that you asked for.",
    "All is in place.\n- Created `src/a/b.py`\n- Ran nothing",
    "I also just saved the results to **out/results.csv**.",
    "I added `src/retry.ts`.",
    "Ich habe die Datei `docs/bericht.md` angelegt.",
    "Ich habe eine neue Datei `bericht.md` erstellt.",
  ])("a file that is not there: %s", (message) => {
    expect(why({ message })).toBe("promised file missing");
  });

  it.each([
    "I wrote the parser. Next I will run the tests.",
    "The parser is there. Now I'll wire it into the server",
    "Let me now check the other callers.",
    "That was the first half. I will now do the second half.",
    "Das ist der erste Teil. Als Nächstes werde ich die Tests schreiben.",
    "Der Parser steht. Ich werde jetzt den Server anpassen.",
    "Der Parser steht. Jetzt teste ich den Server.",
  ])("an announced step: %s", (message) => {
    expect(why({ message })).toBe("announced step not done");
  });

  it.each([
    ["Everything is implemented.", "/w/a.ts", "// TODO: handle the empty list"],
    ["It is done.", "/w/a.py", "    # FIXME later"],
    ["The feature is complete.", "/w/a.ts", 'throw new Error("not implemented");'],
    ["It now works.", "/w/a.rs", "    todo!()"],
    ["Alles ist fertig.", "/w/a.sql", "-- TODO index"],
  ])("what is left over: %s", (message, path, added) => {
    expect(why({ message, ...edited(path, added) })).toBe("left over in the change");
  });

  it.each([
    "I changed the parser. All tests pass.",
    "The parser is faster and the tests are green.",
    "Tests now pass again.",
    "Alle Tests laufen durch.",
    "Die Tests sind grün.",
  ])("tests that were not run: %s", (message) => {
    expect(why({ message, ...edited("/w/a.ts", "x"), commands: ["cat a.ts", "git diff && git status"] })).toBe("tests not run");
  });

  it.each(["The parser is changed. I'll run the tests.", "Let me re-run the test suite.", "Ich werde die Tests laufen lassen.", "Ich führe die Tests noch aus."])("tests that will be run: %s", (message) => {
    expect(why({ message })).toBe("tests not run");
  });
});

describe("HOOK-03 is let pass", () => {
  it.each<[string, Given]>([
    ["a question", { message: "Should I create `src/report.ts`?" }],
    ["an offer", { message: "If you want, I will now run the tests." }],
    ["an offer at the end", { message: "It is done. Next I will clean up, if you like." }],
    ["an offer in German", { message: "Wenn du willst, werde ich jetzt die Tests laufen lassen." }],
    ["waiting for a word", { message: "Next I will deploy it once you say so." }],
    ["let me know", { message: "Let me know if it works." }],
    ["an end", { message: "I will now stop here." }],
    ["a wait", { message: "I'll now wait for the build." }],
    ["a promise for always", { message: "Now I will always use tabs." }],
    ["a step that came after the announcement", { message: "Now I'll run the tests. They pass, and nothing is left." , commands: ["npm test"] }],
    ["an announcement in the middle", { message: "First I read it.\nNext I will change it.\nThe change is in `a.ts`, which is shorter now." }],
    ["an announcement in a quote", { message: "The mail that you asked for:\n\n> Next I will run the tests." }],
    ["an announcement in code", { message: "The script says:\n```\nNow I will run the tests.\n```" }],
    ["a plan that was asked for", { asked: "Make a plan first", message: "1. Read\n2. Write\n3. Then test. Next I will run the tests." }],
    ["what would be done, asked for", { asked: "What would you do about the export?", message: "I'd read the logs. Now I'd look at them. Next I will fix the retry." }],
    ["a plan in German", { asked: "Mach einen Vorschlag für das Vorgehen", message: "Als Nächstes werde ich die Tests schreiben." }],
    ["plan mode", { planning: true, message: "Next I will run the tests." }],
    ["what still runs in the background", { waits: true, message: "The build runs. Next I will look at its output." }],
    ["a deleted file", { message: "I created `tmp/scratch.ts` to try it and deleted it again." }],
    ["a renamed file", { message: "I created `src/old.ts`. Then it was renamed to `src/new.ts`.", there: ["src/new.ts"] }],
    ["a file that is there", { message: "I created `src/report.ts`.", there: ["src/report.ts"] }],
    ["a file that was written elsewhere", { message: "I created `report.md` in the docs.", earlier: { edits: ["/w/docs/report.md"], commands: [] } }],
    ["a file that a command wrote", { message: "I created `out/report.csv`.", commands: ["node make.js > out/report.csv"] }],
    ["a file that a command made under some name", { message: "I generated `client.ts`.", commands: ["npm run codegen"] }],
    ["a file of a sub-agent", { message: "I created `src/report.ts`.", helped: true }],
    ["a file only mentioned", { message: "The bug is in `src/missing.ts`, which `lib/other.ts` imports." }],
    ["a file that the program will write", { message: "The command writes its report to `out/report.json`. The report is saved to `out/report.json`." }],
    ["a file that would be written", { message: "I would have created `src/report.ts`." }],
    ["a file that was not written", { message: "I have not created `src/report.ts`, since there is one." }],
    ["a test for a file", { message: "I wrote a test for `src/elsewhere/parser.ts`." }],
    ["types from a file", { message: "I generated types from `schema/api.json`." }],
    ["a property", { message: "I added `user.name` to the form and `console.log` to the handler." }],
    ["an entry in a list", { message: "I added `dist/out.js` to `.gitignore`.", there: [".gitignore"] }],
    ["a library", { message: "I created a small server with `Express.js` and wrote `Node.js` code." }],
    ["a tag", { message: "I created `v1.2.0` and pushed it to `example.com`." }],
    ["somebody else's file", { message: "You created `src/report.ts` last week, it seems." }],
    ["a todo app", { message: "The TODO list is done.", ...edited("/w/todo.tsx", "<h1>TODO</h1>\n// TODO list component\nconst TODOS = [];") }],
    ["a todo that was asked for", { asked: "Add a TODO comment where the cache belongs", message: "Done.", ...edited("/w/a.ts", "// TODO: cache") }],
    ["a skeleton that was asked for", { asked: "Write a skeleton of the class", message: "Done.", ...edited("/w/a.ts", 'throw new Error("not implemented");') }],
    ["a todo that it tells of", { message: "It is done but for one TODO in a.ts.", ...edited("/w/a.ts", "// TODO: cache") }],
    ["a todo that is gone again", { message: "It is done.", edits: [{ path: "/w/a.ts", added: "// TODO: cache" }], files: { "/w/a.ts": "cache();" } }],
    ["a todo in a text", { message: "It is done.", ...edited("/w/TODO.md", "# TODO\n- milk") }],
    ["a todo in a test", { message: "It is done.", ...edited("/w/src/a.test.ts", 'expect(lint("// TODO: x"))') }],
    ["a todo when nothing is said to be done", { message: "This is not done yet.", ...edited("/w/a.ts", "// TODO: cache") }],
    ["an answer about not implemented", { message: "It is done.", ...edited("/w/http.ts", '501: "not implemented",') }],
    ["tests that were run", { message: "All tests pass.", ...edited("/w/a.ts", "x"), commands: ["npm test"] }],
    ["tests that were run by a script of the project's", { message: "All tests pass.", ...edited("/w/a.ts", "x"), commands: ["./ci.sh"] }],
    ["tests that were run by a tool", { message: "All tests pass.", ...edited("/w/a.ts", "x"), helped: true }],
    ["tests when nothing was changed", { message: "The tests pass on main, as CI says." }],
    ["tests that should pass", { message: "With it the tests should pass.", ...edited("/w/a.ts", "x") }],
    ["tests, if they pass", { message: "Merge it if the tests pass.", ...edited("/w/a.ts", "x") }],
    ["tests to make pass", { message: "Make sure all tests pass.", ...edited("/w/a.ts", "x") }],
    ["tests that were not run, which it says", { message: "I have not run the tests.", ...edited("/w/a.ts", "x") }],
    ["tests that will not be run", { message: "I will not run the tests.", ...edited("/w/a.ts", "x") }],
    ["how tests are run", { message: "Let me explain how you run the tests: `npm test`." }],
    ["tests for the person to run", { message: "I'll let you run the tests." }],
    ["tests that CI runs", { message: "CI will run the tests." }],
    ["a test that passes something on", { message: "The test passes `null` to the handler.", ...edited("/w/a.ts", "x") }],
    ["tests in German, conditional", { message: "Wenn alle Tests laufen, kannst du es mergen.", ...edited("/w/a.ts", "x") }],
    ["small talk", { message: "You are welcome!" }],
    ["nothing", { message: "" }],
  ])("%s", (_name, given) => {
    expect(why(given)).toBeUndefined();
  });

  it.each(["a".repeat(500_000), "I created ".repeat(50_000), "`".repeat(200_000), "I created a.ts ".repeat(20_000), "Next I will ".repeat(30_000), "tests ".repeat(50_000)])("a hostile answer, in no time", (message) => {
    const started = performance.now();
    why({ message, ...edited("/w/a.ts", message) });
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe("lastTurn", () => {
  const input = (client: "claude" | "codex", transcript: string, more = {}) => ({ ...readInput("Stop", recorded(client, "Stop"), {}), client, cwd: "/home/ada/project", transcript, planning: false, waits: false, lastMessage: "", ...more });

  it.each([["claude", "claude-transcript.jsonl"], ["codex", "codex-rollout.jsonl"]] as const)("of %s is what the recording says", (client, name) => {
    const file = client === "claude" ? "b.txt" : "c.txt";
    expect(lastTurn(input(client, fixture(name)))).toMatchObject({
      asked: "Do the thing", message: `I wrote ${file}. Next I will run the tests.`, commands: ["echo hi; cat nosuch"], edits: client === "claude" ? [{ path: "/home/ada/project/b.txt", added: "new\n" }] : [], helped: false,
    });
  });

  it("Codex's file, whose patch failed, is missed; Claude's is known", () => {
    expect(whyIncomplete(lastTurn(input("codex", fixture("codex-rollout.jsonl"))))).toEqual({ name: "promised file missing", missing: "it says that c.txt was written, but there is no such file" });
    expect(whyIncomplete(lastTurn(input("claude", fixture("claude-transcript.jsonl"))))?.name).toBe("announced step not done");
  });

  it("INTEG-03 whose transcript is gone, a folder or nonsense is the message alone, and what was done is not guessed at", () => {
    using folder = temporaryFolder();
    const nonsense = join(folder.path, "nonsense.jsonl");
    writeFileSync(nonsense, "\u0000{]".repeat(1_000));
    for (const transcript of ["", join(folder.path, "gone"), folder.path, nonsense]) expect(lastTurn(input("claude", transcript, { lastMessage: "I created `src/report.ts`." }))).toMatchObject({ message: "I created `src/report.ts`.", edits: [], commands: [], helped: true });
  });

  it("reads a changed file as it is now, and none that is gone, large or a folder", () => {
    using folder = temporaryFolder();
    const [small, large] = [join(folder.path, "small"), join(folder.path, "large")];
    writeFileSync(small, "text");
    writeFileSync(large, Buffer.alloc(600 * 1024, "x"));
    const { now } = lastTurn(input("claude", ""));
    expect([small, large, folder.path, join(folder.path, "gone")].map((path) => now(path))).toEqual(["text", "", "", ""]);
  });
});
