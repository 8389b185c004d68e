import { neutralise, wrapExternalContent } from "@paios/shared/external";
import type { Trust } from "./store/prepare.ts";

/** What decides whether a text may stand unfenced before a model. */
export interface Provenance {
  trust: Trust;
  /** 1 when an agent named a page as the source of what it added. */
  quotes: number;
  source: string;
}

/** Text as a model may see it: fenced when it came, or may quote what came, from outside. */
export function fenced(text: string, { trust, quotes, source }: Provenance): string {
  return trust === "external" || quotes === 1 ? wrapExternalContent(text, source || "unknown") : text;
}

/** A title is outside text too; short and on one line, its fence is the same. */
export function fencedTitle(title: string, provenance: Provenance): string {
  return fenced(title, provenance);
}

/** A location is shown as it is, but for characters that could pretend to be something else. */
export function shownSource(location: string): string {
  return neutralise(location).replace(/[\r\n<>]+/g, " ").slice(0, 500);
}
