import { basename } from "node:path";
import { hypothetical, onlyLooks, ownSentences } from "./claims.ts";
import type { LastTurn } from "./turn.ts";

interface Reason {
  name: string;
  /** What is missing, for the model; undefined when nothing is. */
  missing: (turn: LastTurn) => string | undefined;
}

const endChars = 400;
/** A file's name, not a property or a host: by the endings that files have. */
const fileName = String.raw`["'${"`"}*(]{0,3}([\w./@+-]{1,200}\.(?:[cm]?[jt]sx?|json[c5l]?|mdx?|txt|py|ipynb|rs|go|java|kts?|rb|php|cc?|cpp|hp?p?|cs|swift|sh|ps1|ya?ml|toml|ini|cfg|conf|xml|html?|s?css|sql|[ct]sv|svg|png|pdf|docx|xlsx|vue|svelte|tf|proto|graphql|lua|exs?|scala|dart|log|diff|patch))(?=[\s"'${"`"}*),;:!?]|\.?$|\.\s)`;
/** What stands between the verb and what was written; a test *for* a file says nothing of that file. */
const between = String.raw`(?:(?!\b(?:for|from|around|of|about|against|with|using|based|like|via|by|than|because|so|which|that|inside|where)\b)[^${"`"}\n.]){0,60}?\s`;
const made = [
  new RegExp(String.raw`^(?:[-*•✓✔✅]\s*)?(?:I(?:['’]ve| have)? )?(?:(?:also|just|now|then) )*(?:created|wrote|written|generated|saved)\b${between}${fileName}`, "i"),
  new RegExp(String.raw`\bI(?:['’]ve| have)? (?:(?:also|just|now|then) )*(?:created|wrote|written|generated|saved)\b${between}${fileName}`, "i"),
  new RegExp(String.raw`\bI(?:['’]ve| have)? (?:(?:also|just|now|then) )*added ${fileName}["'${"`"}*)]*(?:[.,;:]|$)`, "i"),
  new RegExp(String.raw`\bich habe (?:(?:auch|nun|jetzt|noch|die|eine|neue|datei) )*${fileName}\S{0,3} (?:neu )?(?:angelegt|erstellt|geschrieben|erzeugt|gespeichert)\b`, "i"),
];
const brand = /^[A-Z]\w*\.js$/;
const goneAgain = /\b(?:delet|remov|renam|mov|clean(?:ed)? up|revert|gel[öo]scht|entfernt|umbenannt|verschoben)/i;

const announces =
  /(?:^|[,;:]\s+|\band\s+)(?:(?:next|now),? (?:I(?:['’]ll| will|['’]m going to| am going to)|let me)|I(?:['’]ll| will) (?:now|next|then)|let me (?:now|next)|(?:als n[äa]chstes|jetzt|nun) (?:werde|mache|teste|pr[üu]fe|f[üu]hre|schreibe) ich|ich (?:werde|f[üu]hre|mache|teste|schreibe|pr[üu]fe) (?:jetzt|nun|als n[äa]chstes))\s+(?!(?:stop|wait|leave|pause|end|hand|rest|be|not|never|always|let|refrain|assume|remember|keep|know|nichts?|warten|enden|immer|nie)\b)(.{3,200})$/i;
const asksFirst = /\?|\b(?:if you|would you|let me know|shall I|should I|once you|when you|after you|wait(?:ing)? for|wenn du|wenn sie|falls du|sobald du|sag bescheid|sag mir)\b/i;
/** The person wanted to hear what would be done. */
const asksPlan =
  /\b(?:plan\w*|outline|propos\w*|roadmap|draft|describe|what (?:will|would|do) you|how (?:will|would|do) you|what(?:['’]s| is| comes) next|next steps?|don['’]t (?:change|do|start|implement|edit|run)|do not (?:change|do|start|implement|edit|run)|vorgehen|vorschlag\w*|schlag\w*|wie w[üu]rdest|was w[üu]rdest|noch nichts?)\b/i;

const claimsDone = /\b(?:done|implemented|completed?|finished|fertig|umgesetzt|erledigt|abgeschlossen)\b|\b(?:it|all|everything|alles|das) (?:now )?(?:works|funktioniert|is ready)\b/i;
const leftOver = /(?:\/\/|#|\/\*|^\s*\*|<!--|--)\s*(?:TODO|FIXME)\b(?!\s*(?:list|app|item|page|view|board|component|model)s?\b)|throw new Error\(["'`][Nn]ot (?:yet )?implemented|\b(?:todo|unimplemented)!\(/;
const saysLeftOver = /\b(?:TODOs?|FIXME|stub\w*|placeholder\w*|skeleton|scaffold\w*|platzhalter|ger[üu]st|not (?:yet )?implemented)\b/i;
const noProgram = /\.(?:mdx?|txt|rst|adoc)$|(?:^|[/._-])(?:tests?|specs?|fixtures?|__tests__)(?:[/._-]|$)/i;

const willTest = /\b(?:I(?:['’]ll| will)|let me|(?:I am|I['’]m) going to)\s(?:(?!\b(?:you|how|show|explain|leave)\b)[^.\n]){0,40}?\b(?:run|re-?run|execute)\b[^.\n]{0,30}\b(?:tests?|test suite)\b|\bich (?:werde|lasse)\b[^.\n]{0,40}\btests?\b[^.\n]{0,30}\b(?:laufen|ausf[üu]hren|starten)|\bich f[üu]hre\b[^.\n]{0,40}\btests?\b[^.\n]{0,20}\baus\b/i;
const saysTested = /\b(?:tests? (?:now |all |still )?(?:pass(?:es|ed|ing)?|(?:are|is) (?:all )?(?:green|passing))(?=\s*(?:[.,;:!)]|$|(?:now|again|locally|and|too|on|after)\b))|(?:alle|die) tests (?:sind|laufen|bestehen)(?! lassen)(?:\b[^.\n]{0,20}\b(?:gr[üu]n|durch|wieder|nun|jetzt))?(?=\s*(?:[.,;:!)]|$|und\b)))/i;
const later = /\b(?:make sure|ensure|so that|until|before|will|to make|expect|assum\w*|you said|damit|bevor|wird|werden)\b/i;

/** What can be checked of an answer, in the order in which it is asked. What only may be wrong is let pass. */
const reasons: readonly Reason[] = [
  {
    name: "promised file missing",
    missing: (turn) => {
      if (turn.helped) return undefined;
      for (const sentence of ownSentences(turn.message)) {
        const path = hypothetical.test(sentence) || goneAgain.test(turn.message) ? undefined : made.map((pattern) => pattern.exec(sentence)?.[1]).find((each) => each !== undefined);
        if (path !== undefined && !brand.test(path) && isMissing(path, turn)) return `it says that ${path} was written, but there is no such file`;
      }
      return undefined;
    },
  },
  {
    name: "announced step not done",
    missing: ({ message, asked, planning, waits }) => {
      if (planning || waits || asksPlan.test(asked) || asksFirst.test(message.slice(-endChars))) return undefined;
      const step = announces.exec(ownSentences(message).at(-1)?.replace(/[.!:…\s]+$/, "") ?? "")?.[0].replace(/^[,;:\s]+/, "");
      return step && `it ends with "${step.slice(0, 160)}", and that was not done`;
    },
  },
  {
    name: "left over in the change",
    missing: ({ message, asked, edits, now }) => {
      if (saysLeftOver.test(message) || saysLeftOver.test(asked)) return undefined;
      if (!ownSentences(message).some((sentence) => claimsDone.test(sentence) && !hypothetical.test(sentence))) return undefined;
      const left = edits.find(({ path, added }) => {
        const line = noProgram.test(path) ? undefined : added.split("\n").find((each) => leftOver.test(each));
        return line !== undefined && now(path).includes(line.trim());
      });
      return left && `it says that the work is done, but the change to ${basename(left.path)} still has a TODO or something not implemented`;
    },
  },
  {
    name: "tests not run",
    missing: ({ message, asked, edits, commands, helped, planning, waits }) => {
      // Anything that is more than a look may have been the tests.
      if (helped || planning || waits || !commands.every(onlyLooks)) return undefined;
      const sentences = ownSentences(message);
      const end = message.slice(-endChars);
      if (!asksFirst.test(end) && !asksPlan.test(asked) && sentences.slice(-2).some((sentence) => willTest.test(sentence) && !hypothetical.test(sentence))) return "it says that the tests will be run, and they were not";
      const claims = sentences.some((sentence) => saysTested.test(sentence) && !hypothetical.test(sentence) && !later.test(sentence));
      return edits.length > 0 && claims ? "it says that the tests pass, but none were run after the change" : undefined;
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

/** Neither there nor ever touched; a bare name may lie in any folder that a command wrote to. */
function isMissing(path: string, { exists, edits, earlier, commands }: LastTurn): boolean {
  const name = basename(path);
  const known = [...earlier.edits, ...edits.map((edit) => edit.path)].some((edit) => basename(edit) === name) || [...earlier.commands, ...commands].some((command) => command.includes(name));
  return !known && !exists(path) && (path.includes("/") || commands.every(onlyLooks));
}
