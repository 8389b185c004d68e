import { decodeEntities } from "./strip-tags.ts";

interface Cue {
  start: number;
  end: number;
  lines: string[];
}

/** A silence this long starts a paragraph, and so does a paragraph this long at the end of a sentence. */
const pauseSeconds = 2.5;
const paragraphChars = 600;
const mostParagraphChars = 1_500;
const time = "(?:(\\d{1,3}):)?(\\d{1,2}):(\\d{2})[.,](\\d{1,3})";
const timeLine = new RegExp(`^[ \\t]{0,4}${time}[ \\t]{1,4}-->[ \\t]{1,4}${time}`);

/** The spoken text of WebVTT or SubRip captions as paragraphs: no times, no tags, rolling repeats said once. */
export function readSubtitles(text: string): string {
  const paragraphs: string[] = [];
  let paragraph: string[] = [];
  let length = 0;
  let lastEnd: number | undefined;
  const finish = () => {
    if (paragraph.length > 0) paragraphs.push(paragraph.join(" "));
    paragraph = [];
    length = 0;
  };
  for (const cue of merged(readCues(text))) {
    const previous = paragraph.at(-1) ?? "";
    const isSentenceEnd = /[.!?…。！？]["'”’»)]?$/.test(previous);
    if (lastEnd !== undefined && cue.start - lastEnd >= pauseSeconds) finish();
    else if ((length > paragraphChars && isSentenceEnd) || length > mostParagraphChars) finish();
    for (const line of cue.lines) {
      paragraph.push(line);
      length += line.length + 1;
    }
    lastEnd = Math.max(lastEnd ?? 0, cue.end);
  }
  finish();
  return paragraphs.join("\n\n");
}

function readCues(text: string): Cue[] {
  const cues: Cue[] = [];
  let cue: Cue | undefined;
  for (const line of text.split(/\r\n?|\n/)) {
    const times = timeLine.exec(line);
    if (times) {
      cue = { start: seconds(times.slice(1, 5)), end: seconds(times.slice(5, 9)), lines: [] };
      cues.push(cue);
    } else if (line.trim() === "") {
      // YouTube's rolling captions hold cues with an empty first line.
      if (cue && cue.lines.length > 0) cue = undefined;
    } else if (cue) {
      const spoken = plainLine(line);
      if (spoken !== "") cue.lines.push(spoken);
    }
  }
  return cues;
}

/** Rolling captions show each line again above the next: what the last cues have just said is not said twice. */
function merged(cues: Cue[]): Cue[] {
  let shown: string[] = [];
  const result: Cue[] = [];
  for (const cue of cues) {
    const fresh = cue.lines.slice(overlap(shown, cue.lines));
    // A word-by-word caption grows: the longer line takes the place of its beginning.
    const last = result.at(-1);
    const [first] = fresh;
    const grown = last?.lines.at(-1);
    if (last && first !== undefined && grown !== undefined && first.length > grown.length && first.startsWith(`${grown} `) && cue.start - last.end < 1) {
      last.lines[last.lines.length - 1] = first;
      last.end = cue.end;
      fresh.shift();
    }
    if (fresh.length > 0) result.push({ ...cue, lines: fresh });
    else if (last) last.end = Math.max(last.end, cue.end);
    if (cue.lines.length > 0) shown = cue.lines;
  }
  return result;
}

/** How many lines at the end of `shown` are the first lines of `lines`. */
function overlap(shown: readonly string[], lines: readonly string[]): number {
  for (let count = Math.min(shown.length, lines.length, 6); count > 0; count--) {
    if (shown.slice(-count).every((line, at) => line === lines[at])) return count;
  }
  return 0;
}

/** Without tags (`<c>`, `<v Name>`, `{\an8}`), entities decoded. */
function plainLine(line: string): string {
  return decodeEntities(line.slice(0, 2_000).replace(/<[^<>]{0,200}>/g, "").replace(/\{\\[^{}]{0,100}\}/g, ""))
    .replace(/\s+/g, " ")
    .trim();
}

function seconds([hours = "0", minutes = "0", whole = "0", part = "0"]: (string | undefined)[]): number {
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(whole) + Number(`0.${part}`);
}
