import { neutralise, wrapExternalContent } from "@paios/shared/external";

/** What stands on a screen, in a title or in the clipboard was written by anybody: it is fenced before a model sees it. */
export function fenced(text: string, source: string): string {
  return text === "" ? "" : wrapExternalContent(text, source);
}

/** Names of apps and files: short, on one line, and nothing that could pretend to be something else. */
export function shownName(name: string, chars = 80): string {
  return neutralise(name).replace(/[\r\n<>]+/g, " ").slice(0, chars).toWellFormed();
}
