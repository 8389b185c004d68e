import { ours, plainFts5 } from "./quality/rankers.ts";
import { readJudged } from "./quality/judged.ts";
import { measure } from "./quality/measure.ts";
import { type BenchResult, type Row, rounded } from "./result.ts";
import { startFakeEmbeddings } from "./fake-embeddings.ts";

const overPlain = 0.015;
const underLexical = 0.01;

/** Search quality on the reported half of bench/judged, by words alone and with a weak and a strong embedding model. */
export async function bench(): Promise<BenchResult> {
  const { documents, queries } = readJudged();
  const reported = queries.filter(({ half }) => half === "report");
  await using endpoint = await startFakeEmbeddings({ dimension: 384 });
  const rankers = {
    words: await ours(documents),
    // Vectors that know words only, of a model that adds nothing to the words.
    blend: await ours(documents, { url: endpoint.url, model: "fake-embed" }),
    plain: plainFts5(documents),
  };
  const rows: Row[] = [];
  try {
    for (const kind of ["all", "note", "page", "session"]) {
      const part = kind === "all" ? reported : reported.filter((query) => query.kind === kind);
      const [words, blend, plain] = [await measure(rankers.words, part), await measure(rankers.blend, part), await measure(rankers.plain, part)];
      rows.push(compare(`${kind}: nDCG@10`, words.ndcg10, plain.ndcg10, kind === "all" ? overPlain : undefined));
      rows.push(compare(`${kind}: R@5`, words.recall5, plain.recall5), compare(`${kind}: MRR`, words.mrr, plain.mrr));
      rows.push({ ...compare(`${kind}: blend nDCG@10`, blend.ndcg10, words.ndcg10, kind === "all" ? -underLexical : undefined), against: { name: "words alone", value: words.ndcg10 } });
      if (kind === "all") rows.push(compare("nothing fits: abstained", words.abstained, plain.abstained));
    }
  } finally {
    await Promise.all(Object.values(rankers).map((ranker) => ranker.close()));
  }
  return { name: "quality", rows, notes: [`${reported.length} questions of the reported half over ${documents.length} documents; tuned on the other half only`, "plain FTS5: porter unicode61 over title and text, all words of the question joined by OR, bm25()"] };
}

function compare(name: string, value: number, other: number, margin?: number): Row {
  return {
    name,
    unit: "",
    ours: rounded(value),
    against: { name: "plain FTS5", value: rounded(other) },
    ...(margin !== undefined && { target: `${margin > 0 ? "≥ +" : "≥ −"}${Math.abs(margin)}`, met: value - other >= margin }),
  };
}
