import type { Context } from "@paios/shared/tool";
import { normalTags } from "./add.ts";
import type { Kb } from "./kb.ts";
import { originOf, sessionOf } from "./origin.ts";
import { fenced, fencedTitle, shownSource } from "./present.ts";
import { prepare } from "./store/prepare.ts";
import { type Written, writeArticles } from "./store/write.ts";
import { afterWrite } from "./upkeep.ts";

export interface CaptureInput {
  target: string;
  project?: string | undefined;
  tags?: string[] | undefined;
}

export interface CaptureOutput {
  id: number;
  status: Written["status"];
  title: string;
  type: string;
  source: string;
  chars: number;
  summary: string;
  topics: string;
  notes: string[];
}

/** Fetches, cleans, analyses and stores. Whoever asks, what was fetched is `external`. Captured again, it is updated. */
export async function captureArticle(kb: Kb, input: CaptureInput, { caller, signal, span, now, progress }: Context<Kb>): Promise<CaptureOutput> {
  const { capture } = await import("./capture/capture.ts");
  const captured = await capture(input.target, { config: kb.config.capture, signal, progress });
  const article = prepare({
    title: captured.title,
    text: captured.text,
    type: captured.kind,
    project: input.project ?? "",
    tags: normalTags(input.tags ?? []),
    trust: "external",
    analysis: captured.analysis,
    source: {
      kind: captured.source.startsWith("/") ? "file" : "url",
      location: captured.source,
      origin: originOf(caller),
      session: sessionOf(caller),
      traceId: span.traceId,
      sha256: Buffer.from(captured.sha256, "hex"),
      bytes: captured.bytes,
    },
  });
  signal.throwIfAborted();
  const [written] = writeArticles(kb.database, [article], now());
  if (!written) throw new Error("nothing was written");
  afterWrite(kb);
  const provenance = { trust: "external" as const, quotes: 0, source: captured.source };
  const { summary, topics } = captured.analysis;
  return {
    id: written.id,
    status: written.status,
    title: fencedTitle(article.title, provenance),
    type: captured.kind,
    source: shownSource(captured.source),
    chars: captured.text.length,
    summary: fenced(summary, provenance),
    topics: fenced(topics.join(", "), provenance),
    notes: captured.notes,
  };
}
