import { besideMark, lineEndOf } from "./record.ts";

/** The lines that show where our part of a file of somebody else begins and ends. */
export interface Marks {
  begin: string;
  end: string;
}

export const markdownMarks: Marks = { begin: "<!-- paios:begin -->", end: "<!-- paios:end -->" };
export const shellMarks: Marks = { begin: "# paios:begin", end: "# paios:end" };

/** The text with the block in it: in its old place, or at the end. Everything else stays byte for byte. */
export function putBlock(text: string | undefined, block: string, { begin, end }: Marks): string {
  return besideMark(text ?? "", (present) => {
    const eol = lineEndOf(present);
    const lines = [begin, block, end].join("\n").replaceAll("\n", eol);
    const range = findBlock(present, { begin, end });
    if (range) return present.slice(0, range[0]) + lines + present.slice(range[1]);
    return `${present}${separator(present, eol)}${lines}${eol}`;
  });
}

/** The text without the block; undefined when nothing else was in it. `putBlock` and this give the first text back. */
export function removeBlock(text: string | undefined, marks: Marks): string | undefined {
  if (text === undefined || !hasBlock(text, marks)) return text;
  const rest = besideMark(text, (present) => {
    const range = findBlock(present, marks);
    if (!range) return present;
    const above = present.slice(0, range[0]);
    const below = present.slice(range[1]).replace(/^\r?\n/, "");
    return withoutSeparator(above) + below;
  });
  return rest === "" ? undefined : rest;
}

export function hasBlock(text: string | undefined, marks: Marks): boolean {
  return findBlock(text ?? "", marks) !== undefined;
}

/** One empty line, marked by a space when the text had no line end of its own, so that removing can tell. */
function separator(text: string, eol: string): string {
  if (text === "") return "";
  return text.endsWith("\n") ? eol : ` ${eol}${eol}`;
}

function withoutSeparator(above: string): string {
  const open = above.replace(/ \r?\n\r?\n$/, "");
  return open === above ? above.replace(/\r?\n$/, "") : open;
}

/** From the start of the first marker to the end of the next closing one behind it. */
function findBlock(text: string, { begin, end }: Marks): [number, number] | undefined {
  const start = text.indexOf(begin);
  const stop = start < 0 ? -1 : text.indexOf(end, start);
  return stop < 0 ? undefined : [start, stop + end.length];
}
