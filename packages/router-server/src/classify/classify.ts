import { brainOf, brains, categories, type Category, type RoutedBrain } from "./categories.ts";
import { capTask } from "./cap.ts";
import { type AttachmentShape, type Features, featuresOf, kindOf } from "./features.ts";
import { classes, type Delta, probabilities, type Weights } from "./model.ts";
import { findOverride, type Override } from "./override.ts";
import { segment, type Segments } from "./segment.ts";

export interface ClassifyOptions {
  weights: Weights;
  /** What feedback changed. */
  delta?: Delta | undefined;
  /** Who gets a task of which too little is known. */
  fallbackBrain: RoutedBrain;
  /** Below it the fallback decides. */
  threshold: number;
}

export interface Classification {
  brain: string;
  category: Category;
  /** Probability of the brain: the sum over its categories. */
  confidence: number;
  /** To the next brain. */
  margin: number;
  fallback: boolean;
  /** In a sentence: why this brain. */
  reason: string;
  scores: Record<RoutedBrain, number>;
  /** What was seen: shapes, attachments, the words that decided. */
  evidence: string[];
  override?: Override;
  features: Features;
}

const surely = 0.99;

/** Who should do a task, and how sure that is. Pure: no clock, no disk, no model. */
export function classify(task: string, attachments: readonly AttachmentShape[], options: ClassifyOptions): Classification {
  const { text, cut } = capTask(task);
  const segments = segment(text);
  const features = featuresOf(segments, attachments);
  const byCategory = probabilities(options.weights, features, options.delta);
  const seen = evidenceOf(segments, attachments, cut);
  const override = findOverride(segments.instruction);
  const scores = byBrain(byCategory);
  if (override?.brain !== undefined) return decided(override.brain, byCategory, scores, surely, `The task asks for ${override.brain}: "${override.words}".`, [...seen, `override ${override.brain}`], features, override);
  if (attachments.some(({ name, path, mimeType }) => kindOf(name ?? path ?? "", mimeType ?? "") === "image") && !override?.not?.includes("gemini")) {
    return decided("gemini", byCategory, { codex: 0.01, claude: 0.02, gemini: 0.96, gateway: 0.01 }, 0.96, "A picture is attached.", seen, features, override, "vision");
  }
  const allowed = withoutRefused(scores, override);
  const ranked = brains.toSorted((a, b) => allowed[b] - allowed[a]);
  const [best = options.fallbackBrain, next] = ranked;
  const nothing = nothingToGoOn(segments, features);
  if (nothing !== undefined || allowed[best] < options.threshold) {
    const brain = override?.not?.includes(options.fallbackBrain) ? best : options.fallbackBrain;
    const reason = nothing ?? `Not sure enough (${best} ${Math.round(allowed[best] * 100)} %), so the configured brain takes it.`;
    const confidence = nothing === undefined ? allowed[brain] : Math.min(allowed[brain], 0.4);
    return { ...decided(brain, byCategory, allowed, confidence, reason, seen, features, override), fallback: true };
  }
  const category = bestCategory(byCategory, best);
  const reason = `It reads like ${category.replace("_", " ")}, which ${best} does.${override?.not ? ` Not ${override.not.join(" or ")}, as asked.` : ""}`;
  return { ...decided(best, byCategory, allowed, allowed[best], reason, seen, features, override), margin: allowed[best] - (next ? allowed[next] : 0) };
}

function decided(brain: string, byCategory: Float64Array, scores: Record<RoutedBrain, number>, confidence: number, reason: string, evidence: string[], features: Features, override: Override | undefined, category = bestCategory(byCategory, brain)): Classification {
  const others = brains.filter((each) => each !== brain).map((each) => scores[each]);
  return { brain, category, confidence, margin: Math.max(0, confidence - Math.max(...others)), fallback: false, reason, scores, evidence, ...(override && { override }), features };
}

function byBrain(byCategory: Float64Array): Record<RoutedBrain, number> {
  const scores: Record<RoutedBrain, number> = { codex: 0, claude: 0, gemini: 0, gateway: 0 };
  for (let at = 0; at < classes; at++) scores[brainOf[categories[at] ?? "general"]] += byCategory[at] ?? 0;
  return scores;
}

/** The likeliest category of a brain; for one that has none, the likeliest of all. */
function bestCategory(byCategory: Float64Array, brain: string): Category {
  const own = categories.filter((category) => brainOf[category] === brain);
  const among = own.length > 0 ? own : categories;
  return among.toSorted((a, b) => (byCategory[categories.indexOf(b)] ?? 0) - (byCategory[categories.indexOf(a)] ?? 0))[0] ?? "general";
}

function withoutRefused(scores: Record<RoutedBrain, number>, override: Override | undefined): Record<RoutedBrain, number> {
  if (!override?.not) return scores;
  const left = { ...scores };
  for (const brain of override.not) if (brain in left) left[brain as RoutedBrain] = 0;
  const sum = Object.values(left).reduce((total, each) => total + each, 0) || 1;
  for (const brain of brains) left[brain] /= sum;
  return left;
}

/** Words that say nothing of what is to be done. */
const vague = new Set(
  (
    "hi hello hey yo ok okay yes yep no nope sure thanks thank you your yours please me my mine fix it its this that these those do does did done go going on continue carry again more less what why how now then the a an with can could would should will need want something anything everything stuff thing things same as like before after next last first second previous earlier yesterday later try one ones other another time times here there check look see make made work works working better best good great nice cool help try retry repeat start begin stop wait finish change update improve undo redo and or but so also just really still up out in of to for from at by is are was be am i we us our they them he she let lets get got give take put show tell say said mean meant know think idea ideas decide whatever surprise test testing ready finally back over all any some option version way bit little lot right wrong not dont doesnt isnt cant gonna wanna pls plz thx hm hmm uh um well maybe again bye"
    + " hallo bitte danke ja nein mir mich das dies hier da mach mal machen weiter nochmal noch einmal hilf hilfe gut besser und oder so wie was warum jetzt dann ich du es ist kannst du kann"
    + " bonjour salut merci oui non moi aide aidez encore continue fais fait faire ça cela le la les un une et ou s'il te plaît svp mieux"
    + " hola gracias sí si ayuda ayúdame haz hazlo otra vez esto eso aquí sigue mejor por favor y o"
    + " ciao grazie sì aiuto aiutami fallo ancora questo quello qui continua per favore meglio e"
    + " olá obrigado obrigada sim não ajuda faz isso isto aqui continua melhor por favor"
    + " hoi dank je graag ja nee help verder nog een keer dit dat hier beter"
  ).split(" "),
);

function nothingToGoOn(segments: Segments, { words }: Features): string | undefined {
  if (words === 0 && segments.materialChars === 0) return "The task is empty, so the configured brain takes it.";
  const content = segments.instruction.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "" && !vague.has(word));
  const lone = content.length === 1 && segments.instruction.trim().split(/\s+/).length <= 2 && !segments.instruction.includes("?") && !/[\u3040-\u9fff\uac00-\ud7af]/.test(segments.instruction);
  if ((content.length === 0 || lone) && segments.materialChars < 20) return "There is nothing to go on, so the configured brain takes it.";
  return undefined;
}

function evidenceOf(segments: Segments, attachments: readonly AttachmentShape[], cut: boolean): string[] {
  return [
    ...(cut ? ["long: head and tail read"] : []),
    ...(segments.fences > 0 ? ["fenced code"] : segments.codeLines > 0 ? ["code"] : []),
    ...(segments.diffLines > 1 ? ["diff"] : []),
    ...(segments.logLines > 0 ? ["log"] : []),
    ...(segments.quotes > 0 ? ["quotation"] : []),
    ...attachments.map(({ name, path, mimeType }) => `attached ${kindOf(name ?? path ?? "", mimeType ?? "")}`),
  ];
}
