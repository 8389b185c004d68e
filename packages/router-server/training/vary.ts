import type { seededRandom } from "@paios/shared/testing/random";
import type { Category } from "../src/classify/categories.ts";

type Random = ReturnType<typeof seededRandom>;

const openings = ["", "", "", "", "hi, ", "hey ", "please ", "could you ", "can you ", "i need you to ", "hello! ", "quick one: ", "help me ", "I want you to ", "ok so ", "Task: ", "Question: ", "Instruction: "];
const endings = ["", "", "", "", " please", " thanks", " asap", "!", " :)", " Thank you!", " Be brief.", " Explain step by step.", " Keep it short.", "\n"];
const prose = [
  "The ferry left the harbour at six, and by noon the island was in sight. Nobody on board had been there before.",
  "Our quarterly numbers improved by four percent, mostly because returns went down. The team in the south did best.",
  "She had planted the beans too early, and the frost of the second night took most of them. The peas survived.",
  "Dear Sir or Madam, I write about the invoice of last month, which names a sum that we never agreed upon.",
  "The museum opened in 1911, was closed during both wars, and has had its present roof since 1987.",
];
const code = [
  "```python\ndef total(items):\n    s = 0\n    for i in items:\n        s += i.price\n    return s\n```",
  "```js\nconst load = async (id) => {\n  const r = await fetch(`/api/items/${id}`);\n  return r.json();\n};\n```",
  "function add(a, b) {\n  return a - b;\n}",
  "SELECT name, count(*) FROM orders\nWHERE created > '2026-01-01'\nGROUP BY name;",
  "Traceback (most recent call last):\n  File \"app.py\", line 12, in <module>\nKeyError: 'user'",
];
const takesProse: ReadonlySet<Category> = new Set(["writing", "general"]);
const takesCode: ReadonlySet<Category> = new Set(["code", "code_review"]);
/** Code may stand in a task that is about something else. */
const meetsCode: ReadonlySet<Category> = new Set(["writing", "research", "architecture", "general", "messaging", "automation"]);
const inline = ["`npm run build`", "`git push`", "`kubectl get pods`", "`backup.sh`", "`main()`", "`df -h`", "`user_id`", "`v2.3.1`"];

/** A seed as it is, and as others might type it. */
export function varied(text: string, category: Category, random: Random): string[] {
  const pick = (list: readonly string[]) => list[random.below(list.length)] ?? "";
  const texts = [text];
  const opened = `${pick(openings)}${text}${pick(endings)}`;
  texts.push(random.below(3) === 0 ? opened.toLowerCase().replace(/[.,!?']/g, "") : opened);
  if (takesProse.has(category) && random.below(4) === 0) texts.push(`${text}\n\n${pick(prose)}`);
  if (takesCode.has(category) && random.below(4) === 0) texts.push(`${text}\n\n${pick(code)}`);
  if (meetsCode.has(category) && random.below(8) === 0) texts.push(random.below(2) === 0 ? `${text}\n\n${pick(code)}` : `${text} ${pick(inline)}`);
  if (random.below(6) === 0 && text.length > 15) texts.push(withTypo(text, random));
  return texts;
}

/** Two letters swapped somewhere. */
function withTypo(text: string, random: Random): string {
  const at = 1 + random.below(text.length - 3);
  return text.slice(0, at) + (text[at + 1] ?? "") + (text[at] ?? "") + text.slice(at + 2);
}
