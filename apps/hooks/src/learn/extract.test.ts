import { describe, expect, it } from "vitest";
import type { Turn } from "../transcript/turn.ts";
import { extract } from "./extract.ts";

const asks: Turn = { user: "Make the export of invoices retry when the bank does not answer" };
const run = (runs: string, more: { output?: string; failed?: boolean } = {}): Turn => ({ runs, output: "", failed: false, ...more });
const learned = (...turns: Turn[]) => extract([asks, ...turns], "/w");

/** The lines of one part of what was learned. */
function part(name: string, ...turns: Turn[]): string[] {
  const text = learned(...turns)?.text ?? "";
  const found = text.split(/^## /m).find((each) => each.startsWith(`${name}\n`)) ?? "";
  return found.split("\n").flatMap((line) => (line.startsWith("- ") ? [line.slice(2)] : []));
}

describe("HOOK-05 what a session learned", () => {
  it.each([
    ["Decided", "We decided to keep amounts as integers of cents."],
    ["Decided", "Let's use the queue of the bank rather than our own."],
    ["Decided", "Wir bleiben bei SQLite, statt einen Dienst zu betreiben."],
    ["Found", "The root cause is that the clock of the bank is four seconds behind."],
    ["Found", "Es lag daran, dass die Uhr der Bank nachgeht."],
    ["Found", "Turns out the retry was started twice."],
    ["Failed", "Raising the timeout did not help at all."],
    ["Failed", "Der größere Puffer hat nicht geholfen."],
  ])("%s: %s", (name, sentence) => {
    expect(part(name, { says: sentence })).toEqual([sentence]);
  });

  it.each(["It is still unclear who owns the certificate.", "Offen ist noch die Frage der Gebühren.", "Who renews the certificate in spring?"])("is what is open at the end: %s", (sentence) => {
    expect(part("Open", { says: "Something in between." }, { says: `It is done. ${sentence}` }, { edits: "/w/a.ts", added: "" })).toEqual([sentence]);
    expect(part("Open", { says: sentence }, { says: "All is well now." }, { edits: "/w/a.ts", added: "" })).toEqual([]);
  });

  it("is files and commits, the last first, once each, by their place in the project", () => {
    const found = learned({ edits: "/w/src/a.ts", added: "" }, { edits: "/w/src/b.ts", added: "" }, { edits: "/w/src/a.ts", added: "" }, { edits: "/elsewhere/c.ts", added: "" }, { edits: "d.ts", added: "" }, run("git commit -m 'First'"), run("git commit -m 'Second'"));
    expect(found).toMatchObject({ files: ["d.ts", "/elsewhere/c.ts", "src/a.ts", "src/b.ts"], commits: ["Second", "First"] });
    expect(found?.text).toContain("## Changed\n\n- `d.ts`\n- `/elsewhere/c.ts`\n- `src/a.ts`\n- `src/b.ts`\n- commit: First\n- commit: Second");
  });

  it.each([
    [`git commit -m "Retry with a back-off"`, ["Retry with a back-off"]],
    [`git add -A && git -C sub commit -am 'Say "no" once'`, [`Say "no" once`]],
    [`git commit --message="Retry" --no-verify`, ["Retry"]],
    [`git commit -m wip`, ["wip"]],
    [`git commit -m "Say \\"no\\" once"`, [`Say "no" once`]],
    [`git commit -m "One" && git commit --allow-empty -m "Two"`, ["One", "Two"]],
    [`git commit -m "$(cat <<'EOF'\nRetry with a back-off\n\nThe bank is slow.\nEOF\n)"`, ["Retry with a back-off"]],
    [`git commit -F - <<EOF\nRetry with a back-off\nEOF`, ["Retry with a back-off"]],
    [`cat > notes.txt <<EOF\nnot a subject\nEOF\ngit commit -m "Notes"`, ["Notes"]],
    [`git commit --amend --no-edit`, []],
    [`git log --grep commit`, []],
    [`echo committed`, []],
  ])("is the subject of %s", (command, subjects) => {
    expect(learned({ edits: "/w/a.ts", added: "" }, run(command))?.commits).toEqual(subjects.toReversed());
    expect(learned({ edits: "/w/a.ts", added: "" }, run(command, { failed: true }))?.commits).toEqual([]);
  });

  it("is which command failed, by its telling line", () => {
    expect(part("Failed", run("npm test -- --run\nsecond line", { failed: true, output: "> test\n\nError: no bank\n  at x\n" }))).toEqual(["`npm test -- --run`: Error: no bank"]);
  });

  it("takes its title from the first prompt that says what it is about", () => {
    expect(extract([{ user: "hi" }, { user: "ok" }, { user: "Fix the login of the shop. It is broken since May." }, { edits: "/w/a", added: "" }], "/w")?.title).toBe("Fix the login of the shop.");
  });

  it("KB-02 is external when the session read what others wrote, and not by our own servers", () => {
    const trusts = (...turns: Turn[]) => learned({ edits: "/w/a", added: "" }, ...turns)?.external;
    expect([{ reads: "WebFetch" }, { reads: "mcp__github__issues" }, { reads: "Task" }, run("curl -s https://a.test"), run("gh issue view 7")].map((turn) => trusts(turn))).toEqual([true, true, true, true, true]);
    expect([{ reads: "mcp__kb__kb_search" }, { reads: "mcp__plugin_paios_kb__kb_search" }, { reads: "mcp__kb" }, run("ls")].map((turn) => trusts(turn))).toEqual([false, false, false, false]);
    expect(trusts({ reads: "mcp__kbevil__x" })).toBe(true);
  });

  it("has no secrets", () => {
    const secret = "ghp_abcdefghijklmnopqrstuvwx0123456789";
    const found = extract([{ user: `Use the token ${secret} for the deploy of the shop` }, { says: `We decided to keep ${secret} in the vault.` }, run(`git commit -m "Remove ${secret}"`), run(`curl -H 'Authorization: Bearer ${secret}' x`, { failed: true, output: `error ${secret}` })], "/w");
    expect(found).toMatchObject({ title: "Use the token [redacted] for the deploy of the shop", commits: ["Remove [redacted]"] });
    expect(JSON.stringify(found)).not.toContain(secret);
  });
});

describe("nothing is learned", () => {
  it.each([
    ["from nothing", []],
    ["without a person", [{ says: "We decided to use cents because floats lie." }, { edits: "/w/a", added: "" }]],
    ["from small talk", [{ user: "Thanks!" }, { says: "You are welcome." }, { user: "ok, weiter" }, { says: "Fine." }]],
    ["from a question with a short answer", [{ user: "What time is it in Lima?" }, { says: "It is noon there." }]],
  ] satisfies [string, Turn[]][])("%s", (_name, turns) => {
    expect(extract(turns, "/w")).toBeUndefined();
  });

  it("from code, of which no word counts", () => {
    expect(learned({ says: "Look:\n```ts\n// we decided to always fail because it was late\n```" })).toBeUndefined();
  });
});

describe("a huge session", () => {
  it("is learned in a moment, in a bounded text, and what was said last holds", () => {
    const turns = Array.from({ length: 40_000 }, (_, n): Turn[] => [{ user: `Prompt number ${n} is about the retry of the bank` }, { says: `We decided on the number ${n} because it was the best one.` }, { edits: `/w/f${n}.ts`, added: "" }, run(`git commit -m "Commit ${n}"`)]).flat();
    const started = performance.now();
    const found = extract(turns, "/w");
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(found?.text.length).toBeLessThan(12_000);
    expect(found).toMatchObject({ files: { length: 15 }, commits: { length: 8 } });
    expect(found?.text).toContain("We decided on the number 39999");
  });

  it.each([
    ["blank lines", "\n".repeat(200_000)],
    ["spaces", `A.${" ".repeat(200_000)}b`],
    ["one word", "x".repeat(1_000_000)],
    ["open fences", "```".repeat(50_000)],
    ["quotes", '"'.repeat(200_000)],
    ["commits", "git commit -m ".repeat(20_000)],
    ["here documents", "git commit <<EOF\n".repeat(5_000)],
  ])("of %s takes no time", (_name, text) => {
    const started = performance.now();
    extract([asks, { user: text }, { says: text }, run(text), run(text, { failed: true, output: text })], "/w");
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
