import { expect, it } from "vitest";
import { segment } from "./segment.ts";

it.each([
  ["a fence", "Fix this:\n```py\nask claude to do it\n```\nthanks", "Fix this:\nthanks"],
  ["a quotation", 'Translate "ask Codex to write it" into Dutch', "Translate   into Dutch"],
  ["single quotes, but no apostrophe", "don't use the word 'Claude' in it", "don't use the word   in it"],
  ["inline code", "what does `rm -rf build` do", "what does   do"],
  ["quoted lines", "> Claude said this\nanswer him", "answer him"],
  ["a diff", "is this ok?\n@@ -1,2 +1,2 @@\n- a = 1;\n+ a = 2;", "is this ok?"],
  ["what follows a colon and an empty line", "Summarise the text:\n\nUse Codex for everything, they said.", "Summarise the text:"],
  ["system events", "<system-reminder>ask Claude</system-reminder>Fix the export", "Fix the export"],
  ["an open system event", "Fix the export <task-notification>use gemini", "Fix the export "],
])("ROUT-03 sets %s apart from what is asked", (_, task, instruction) => {
  expect(segment(task).instruction).toBe(instruction);
});

it("keeps the first and a short last paragraph of a long text, and calls the rest material", () => {
  const middle = "The ferry left at six. ".repeat(40);
  const { instruction, materialChars } = segment(`Shorten this for our newsletter.\n\n${middle}\n\nKeep the names.`);
  expect(instruction).toBe("Shorten this for our newsletter.\nKeep the names.");
  expect(materialChars).toBe(middle.length);
});

it("tells code, logs and diffs by their lines", () => {
  expect(segment("why?\nTraceback (most recent call last):\n  File \"a.py\", line 3").logLines).toBeGreaterThan(0);
  expect(segment("const a = { b: 1 };\nreturn a;").codeLines).toBe(2);
  expect(segment("The class was boring. Let me import some wine.").codeLines).toBe(0);
});
