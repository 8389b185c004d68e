import { basename } from "node:path";
import type { LastTurn } from "./turn.ts";

interface Reason {
  name: string;
  /** What is missing, for the model; undefined when nothing is. */
  missing: (turn: LastTurn) => string | undefined;
}

const endChars = 400;
const runsTests = /\b(?:test\w*|jest|vitest|pytest|rspec|ctest|tox|check|verify)\b/i;
const madeFile = /\b(?:I(?:'ve| have)? |have |and )?(?:created|wrote|added|saved|generated|put [\w ]{0,20}in(?:to)?|written to)\b[^.\n`]{0,60}`([\w./-]{1,200}\.\w{1,8})`/gi;
const goneAgain = /\b(?:delet|remov|renam|mov|clean(?:ed)? up|revert)/i;
const announces = /(?:^|[.!:\n]\s*|\band )(?:next,? I(?:'ll| will| am going to)|now,? I(?:'ll| will)|I(?:'ll| will) (?:now|next|then)|let me (?:now |next )(?!know)|als n[äa]chstes (?:werde|mache|teste) ich|ich werde (?:jetzt|nun|als n[äa]chstes))\b[^?\n]{3,200}$/i;
const asksFirst = /\?|\b(?:if you|would you|let me know|shall I|should I|once you|when you|after you|wait(?:ing)? for|wenn du|sag bescheid)\b/i;
const claimsDone = /\b(?:done|implemented|complete[d]?|finished|works|ready|fertig|umgesetzt)\b/i;
const leftOver = /\b(?:TODO|FIXME)\b|not (?:yet )?implemented|throw new Error\(["'`]not implemented/i;
const willTest = /\b(?:I(?:'ll| will)|let me|going to|ich werde)\b[^.\n]{0,40}\b(?:run|re-?run|execute|laufen lassen)\b[^.\n]{0,30}\b(?:tests?|test suite|tests laufen)\b/i;
const saysTested = /\b(?:all |the )?tests? (?:now |all |still )?(?:pass(?:es|ed|ing)?|(?:are|is) (?:green|passing))\b|\balle tests (?:laufen|sind gr[üu]n)/i;

/** What can be checked of an answer, in the order in which it is asked. What only may be wrong is let pass. */
const reasons: readonly Reason[] = [
  {
    name: "promised file missing",
    missing: ({ message, edits, exists }) => {
      for (const found of message.matchAll(madeFile)) {
        const path = found[1] ?? "";
        const said = message.slice(found.index, found.index + found[0].length + 120);
        const known = edits.some((edit) => edit.path.endsWith(`/${path}`) || basename(edit.path) === basename(path));
        if (!known && !exists(path) && !goneAgain.test(said)) return `it says that ${path} was written, but there is no such file`;
      }
      return undefined;
    },
  },
  {
    name: "announced step not done",
    missing: ({ message }) => {
      const end = message.trimEnd().slice(-endChars);
      const step = announces.exec(end.replace(/[.!\s]+$/, ""))?.[0].replace(/^[.!:\n\s]+/, "").trim();
      return step && !asksFirst.test(end) ? `it ends with "${step.slice(0, 160)}", and that was not done` : undefined;
    },
  },
  {
    name: "left over in the change",
    missing: ({ message, edits, now }) => {
      if (!claimsDone.test(message) || leftOver.test(message)) return undefined;
      const left = edits.find(({ path, added }) => {
        const line = added.split("\n").find((each) => leftOver.test(each));
        return line !== undefined && now(path).includes(line.trim());
      });
      return left && `it says that the work is done, but the change to ${basename(left.path)} still has a TODO or something not implemented`;
    },
  },
  {
    name: "tests not run",
    missing: ({ message, edits, commands }) => {
      if (commands.some((command) => runsTests.test(command))) return undefined;
      if (willTest.test(message.slice(-endChars)) && !asksFirst.test(message.slice(-endChars))) return "it says that the tests will be run, and they were not";
      return edits.length > 0 && saysTested.test(message) ? "it says that the tests pass, but none were run after the change" : undefined;
    },
  },
];

/** The first reason for which an answer is plainly not complete. */
export function whyIncomplete(turn: LastTurn): { name: string; missing: string } | undefined {
  for (const { name, missing } of reasons) {
    const found = missing(turn);
    if (found !== undefined) return { name, missing: found };
  }
  return undefined;
}
