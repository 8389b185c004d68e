import { getDocumentProxy, getMeta } from "unpdf";
import type { Parsed } from "./parse-html.ts";
import { flowPdfText } from "./pdf-text.ts";

/** The text of a PDF, page by page, until `maxChars` are there. */
export async function parsePdf(bytes: Uint8Array, maxChars: number): Promise<Parsed> {
  const pdf = await getDocumentProxy(bytes, { verbosity: 0, stopAtErrors: false });
  const { info } = await getMeta(pdf).catch(() => ({ info: {} as Record<string, unknown> }));
  const pages: string[] = [];
  let length = 0;
  for (let number = 1; number <= pdf.numPages && length <= maxChars; number++) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    const text = items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
    length += text.length;
    pages.push(text);
    page.cleanup();
  }
  const text = flowPdfText(pages.join("\n\n"));
  const title = typeof info["Title"] === "string" ? info["Title"] : "";
  return { title: title.trim() || firstLine(text), text };
}

function firstLine(text: string): string {
  return text.slice(0, 2_000).trim().split("\n")[0]?.trim() ?? "";
}
