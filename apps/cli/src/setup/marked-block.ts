import { besideMark, lineEndOf } from "./record.ts";

/** The lines that show where our part of a file of somebody else begins and ends. */
export interface Marks {
  begin: string;
  end: string;
}

export const markdownMarks: Marks = { begin: "<!-- paios:begin -->", end: "<!-- paios:end -->" };
export const shellMarks: Marks = { begin: "# paios:begin", end: "# paios:end" };

/** The text with the block in it: in its old place, or at the end. Everything else stays byte for byte. */
export function putBlock(text: string | undefined, block: string, marks: Marks): string {
  return besideMark(text ?? "", (present) => {
    const eol = lineEndOf(present);
    const lines = [marks.begin, block, marks.end].join("\n").replaceAll("\n", eol);
    const range = findBlock(present, marks);
    if (range) return present.slice(0, range[0]) + lines + present.slice(range[1]);
    return `${present}${present === "" ? "" : eol}${lines}${eol}`;
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
    return withoutSeparator(above, below) + below;
  });
  return rest === "" ? undefined : rest;
}

export function hasBlock(text: string | undefined, marks: Marks): boolean {
  return findBlock(text ?? "", marks) !== undefined;
}

/** One line end: an empty line above the block, unless the last line had none of its own. */
function withoutSeparator(above: string, below: string): string {
  const rest = above.replace(/\r?\n$/, "");
  return below === "" || rest.endsWith("\n") ? rest : above;
}

/** From a begin marker to the end marker behind it; a begin marker that lost its end is the person's text. */
function findBlock(text: string, { begin, end }: Marks): [number, number] | undefined {
  const first = text.indexOf(begin);
  const stop = first < 0 ? -1 : text.indexOf(end, first);
  return stop < 0 ? undefined : [text.lastIndexOf(begin, stop), stop + end.length];
}
