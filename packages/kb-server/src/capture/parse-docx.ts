import mammoth from "mammoth";
import { parseFragment, type Parsed } from "./parse-html.ts";

/** A Word document as Markdown. Pictures are left out but for what describes them; nothing outside the file is read. */
export async function parseDocx(bytes: Uint8Array, maxChars: number): Promise<Parsed> {
  const { value } = await mammoth.convertToHtml(
    { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
    { convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: "" })), externalFileAccess: false, styleMap: ["p[style-name='Title'] => h1:fresh"] },
  );
  // Markdown has no paragraphs in a table's cell.
  return parseFragment(value.replaceAll("<td><p>", "<td>").replaceAll("<th><p>", "<th>").replaceAll("</p></td>", "</td>").replaceAll("</p></th>", "</th>"), maxChars);
}
