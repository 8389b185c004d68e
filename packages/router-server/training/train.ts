import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "@paios/shared/testing/random";
import { readJudgedTasks } from "../../../bench/router/judged.ts";
import { brainOf, categories } from "../src/classify/categories.ts";
import { buckets, type Features, featuresOf } from "../src/classify/features.ts";
import { capTask } from "../src/classify/cap.ts";
import { classes, probabilities, readWeights, softmax, type StoredWeights } from "../src/classify/model.ts";
import { segment } from "../src/classify/segment.ts";
import { varied } from "./vary.ts";
import { readSeeds } from "./seeds.ts";
import { vague } from "./vague.ts";

/**
 * Trains the router's weights from our own seeds: `node packages/router-server/training/train.ts`. A linear softmax by
 * AdaGrad; the temperature is fitted on the tune half of the judged set, which is not trained on.
 */
interface Example {
  features: Features;
  target: Float64Array;
  weight: number;
}

const epochs = 8;
const rate = 0.25;
const decay = 1e-4;
const smoothing = 0.03;
/** The share of features left out of a step: a word more or less must not decide. */
const dropped = 0.3;
const folder = join(import.meta.dirname, "..");

const random = seededRandom(11);
const seeds = readSeeds();
const held = seeds.filter(({ line }) => line % 12 === 0);
const examples: Example[] = seeds.filter(({ line }) => line % 12 !== 0).flatMap(({ category, text }) => varied(text, category, random).map((each) => ({ features: read(each), target: targetOf(category), weight: 1 })));
for (const text of vague) examples.push({ features: read(text), target: new Float64Array(classes).fill(1 / classes), weight: 1 });

// Each category counts alike, whatever the number of its seeds.
const counts = new Float64Array(classes);
for (const { target } of examples) for (let at = 0; at < classes; at++) counts[at] = (counts[at] ?? 0) + (target[at] ?? 0);
const mean = counts.reduce((sum, count) => sum + count, 0) / classes;
for (const example of examples) example.weight = example.target.reduce((sum, share, at) => sum + share * Math.min(2, Math.sqrt(mean / (counts[at] ?? 1))), 0);

const weights = new Float32Array(buckets * classes);
const squares = new Float32Array(buckets * classes).fill(1e-3);
const bias = new Float64Array(classes);
for (let epoch = 0; epoch < epochs; epoch++) {
  shuffle(examples);
  let loss = 0;
  for (const { features, target, weight } of examples) loss += step(features, target, weight);
  console.log(`epoch ${epoch + 1}: loss ${(loss / examples.length).toFixed(4)}, held-out seeds ${(100 * share(held.map(({ text, category }) => ({ text, category })))).toFixed(1)} %`);
}

const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
// The few largest are cut: the others keep more of their bits.
const scale = Math.min(largest, 3.2) / 127;
const data = Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight / scale))));
const trained = new Date().toISOString().slice(0, 10);
const stored: StoredWeights = { version: `1-${trained}`, trained, categories: [...categories], scale, bias: [...bias].map((each) => Math.round(each * 1e4) / 1e4), temperature: 1, data: Buffer.from(data.buffer).toString("base64") };
stored.temperature = fitTemperature(stored);
writeFileSync(join(folder, "weights.json"), `${JSON.stringify(stored)}\n`);
const golden = readJudgedTasks().filter(({ half, override, fallback, attachments }) => half === "tune" && !override && !fallback && !attachments);
writeFileSync(join(folder, "golden.json"), `${JSON.stringify(golden.map(({ task, brain }) => ({ task, brain })), null, 1)}\n`);
console.log(`${examples.length} examples of ${new Set(seeds.map(({ line }) => line)).size} seeds; temperature ${stored.temperature}; weights up to ${largest.toFixed(2)}`);

function read(text: string): Features {
  return featuresOf(segment(capTask(text).text), []);
}

function targetOf(category: (typeof categories)[number]): Float64Array {
  return Float64Array.from(categories, (name) => (name === category ? 1 - smoothing : 0) + smoothing / classes);
}

function step({ indices, values: all }: Features, target: Float64Array, weight: number): number {
  const values = all.map((value) => (random.below(1_000) < dropped * 1_000 ? 0 : value / (1 - dropped)));
  const logits = Float64Array.from(bias);
  for (let at = 0; at < indices.length; at++) for (let each = 0; each < classes; each++) logits[each] = (logits[each] ?? 0) + (weights[(indices[at] ?? 0) * classes + each] ?? 0) * (values[at] ?? 0);
  const now = softmax(logits, 1);
  let loss = 0;
  for (let each = 0; each < classes; each++) {
    const error = ((now[each] ?? 0) - (target[each] ?? 0)) * weight;
    loss -= (target[each] ?? 0) * Math.log(Math.max(1e-9, now[each] ?? 0));
    bias[each] = (bias[each] ?? 0) - rate * 0.02 * error;
    for (let at = 0; at < indices.length; at++) {
      if (values[at] === 0) continue;
      const place = (indices[at] ?? 0) * classes + each;
      const gradient = error * (values[at] ?? 0) + decay * (weights[place] ?? 0);
      squares[place] = (squares[place] ?? 0) + gradient * gradient;
      weights[place] = (weights[place] ?? 0) - (rate * gradient) / Math.sqrt(squares[place] ?? 1);
    }
  }
  return loss;
}

function share(rows: readonly { text: string; category: string }[]): number {
  const right = rows.filter(({ text, category }) => {
    const { indices, values } = read(text);
    const logits = Float64Array.from(bias);
    for (let at = 0; at < indices.length; at++) for (let each = 0; each < classes; each++) logits[each] = (logits[each] ?? 0) + (weights[(indices[at] ?? 0) * classes + each] ?? 0) * (values[at] ?? 0);
    return categories[logits.indexOf(Math.max(...logits))] === category;
  });
  return right.length / rows.length;
}

/** The temperature with the least loss of the brain's probability on the tune half. */
function fitTemperature(untempered: StoredWeights): number {
  const rows = readJudgedTasks().filter(({ half, override, fallback, attachments }) => half === "tune" && !override && !fallback && !attachments).map(({ task, brain }) => ({ features: read(task), brain }));
  let best = { temperature: 1, loss: Infinity };
  for (let temperature = 0.4; temperature <= 4; temperature += 0.05) {
    const tempered = readWeights({ ...untempered, temperature });
    const loss = rows.reduce((sum, { features, brain }) => sum - Math.log(Math.max(1e-6, probabilities(tempered, features).reduce((total, each, at) => total + (brainOf[categories[at] ?? "general"] === brain ? each : 0), 0))), 0);
    if (loss < best.loss) best = { temperature: Math.round(temperature * 100) / 100, loss };
  }
  return best.temperature;
}

function shuffle(list: Example[]): void {
  for (let at = list.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    const held = list[at];
    const swapped = list[other];
    if (held && swapped) [list[at], list[other]] = [swapped, held];
  }
}
