import { sql } from "@paios/shared/sqlite";
import { prepare } from "../store/prepare.ts";
import { type Written, writeArticles } from "../store/write.ts";
import type { Kb } from "../kb.ts";

/** What a session learned. */
export interface Learning {
  title: string;
  text: string;
  client: string;
  session: string;
  /** The transcript's path: the same session, heard again, replaces its entry. */
  transcript: string;
  project: string;
  tags: readonly string[];
  /** It read what others wrote: its words may be theirs. */
  external: boolean;
  traceId: string;
  /** Where it was, to tell it from a namesake and to find it again. */
  place: { folder: string; remote: string; branch: string; files: readonly string[]; commits: readonly string[] };
}

/** What a tool brought that is worth keeping. */
interface Finding {
  title: string;
  text: string;
  type: "page" | "search" | "result" | "outcome";
  client: string;
  session: string;
  project: string;
  /** An URL, or what else names it for ever; the same again replaces it. */
  location: string;
  kind: "url" | "file";
  traceId: string;
  place: { folder: string; remote: string };
}

/** One that the person forgot stays forgotten, however often its session is heard again. */
export function rememberLearning({ database }: Pick<Kb, "database">, { title, text, client, session, transcript, project, tags, external, traceId, place }: Learning, now: number): { id: number; status: Written["status"] | "forgotten" } {
  const forgotten = sql<number>(database, "SELECT article.id FROM source JOIN article ON article.id = article_id WHERE source.kind = 'file' AND location = ? AND state = 'forgotten'").pluck().get(transcript);
  if (forgotten !== undefined) return { id: forgotten, status: "forgotten" };
  return one(database, { title, text, type: "learning", project, tags, trust: external ? "external" : "agent", analysis: place, source: { kind: "file", location: transcript, origin: client, session, traceId } }, now);
}

/** Whatever a tool says came from outside. The same command elsewhere is another one; a page is the same everywhere. */
export function rememberFinding({ database }: Pick<Kb, "database">, { title, text, type, client, session, project, location: name, kind, traceId, place }: Finding, now: number): Written {
  const location = kind === "url" ? name : `${name} in ${place.folder}`;
  return one(database, { title, text, type, project, tags: [], trust: "external", analysis: place, source: { kind, location, origin: client, session, traceId } }, now);
}

function one(database: Kb["database"], article: Parameters<typeof prepare>[0], now: number): Written {
  const [written] = writeArticles(database, [prepare(article)], now);
  if (!written) throw new Error("nothing was written");
  return written;
}
