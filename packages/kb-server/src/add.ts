import { UserError } from "@paios/shared/errors";
import type { Context } from "@paios/shared/tool";
import type { Kb } from "./kb.ts";
import { originOf, sessionOf, trustOf } from "./origin.ts";
import { prepare, type Trust } from "./store/prepare.ts";
import { requireArticle } from "./store/read.ts";
import { type Written, writeArticles } from "./store/write.ts";
import { afterWrite } from "./upkeep.ts";

export interface AddInput {
  title: string;
  text: string;
  source?: string | undefined;
  project?: string | undefined;
  tags?: string[] | undefined;
  type?: string | undefined;
  supersedes?: number | undefined;
  trust?: Trust | undefined;
}

export interface Added {
  id: number;
  status: Written["status"];
  trust: Trust;
  origin: string;
  nearDuplicateOf?: number;
}

/** Stores what a caller wrote. Trust and origin come from who calls and how; the caller can only lower the trust. */
export function addArticle(kb: Kb, input: AddInput, { caller, span, now }: Pick<Context<Kb>, "caller" | "span" | "now">): Added {
  if (input.text.trim() === "") throw new UserError("bad_input", "text has nothing but white space. Give the text to store.");
  if (input.supersedes !== undefined) requireArticle(kb.database, input.supersedes);
  const article = prepare({
    title: input.title,
    text: input.text,
    type: input.type ?? "note",
    project: input.project ?? "",
    tags: normalTags(input.tags ?? []),
    trust: trustOf(caller, input.trust),
    supersedes: input.supersedes,
    source: { kind: "added", location: input.source ?? "", origin: originOf(caller), session: sessionOf(caller), traceId: span.traceId },
  });
  const [written] = writeArticles(kb.database, [article], now());
  if (!written) throw new Error("nothing was written");
  afterWrite(kb);
  const facts = requireArticle(kb.database, written.id);
  return {
    id: written.id,
    status: written.status,
    trust: facts.trust,
    origin: facts.sources[0]?.origin ?? originOf(caller),
    ...(written.nearDuplicateOf !== undefined && { nearDuplicateOf: written.nearDuplicateOf }),
  };
}

export function normalTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.trim().toLowerCase()).filter(Boolean))];
}

