import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { constants, zstdCompressSync } from "node:zlib";

/** A line in parts, so that large texts are never joined. It ends with its newline. */
export type Line = readonly string[];

export type Ending = "whole" | "half";

const buffer = Buffer.allocUnsafe(1 << 22);

/** Writes a file, packed if its name ends with .zst; a half ending loses the second half of the last line. Returns its bytes. */
export function writeLines(path: string, lines: Iterable<Line>, ending: Ending = "whole"): number {
  mkdirSync(dirname(path), { recursive: true });
  return path.endsWith(".zst") ? writePacked(path, lines) : writePlain(path, lines, ending);
}

function writePlain(path: string, lines: Iterable<Line>, ending: Ending): number {
  const file = openSync(path, "w");
  let used = 0;
  let written = 0;
  let lastLine = 0;
  const flush = () => {
    written += writeSync(file, buffer, 0, used);
    used = 0;
  };
  try {
    for (const line of lines) {
      // Half of the buffer stays free: a line with all of its parts fits.
      if (used > buffer.length / 2) flush();
      lastLine = used;
      for (const part of line) used += buffer.write(part, used, "utf8");
    }
    if (ending === "half") used -= Math.ceil((used - lastLine) / 2);
    flush();
  } finally {
    closeSync(file);
  }
  return written;
}

function writePacked(path: string, lines: Iterable<Line>): number {
  const packed = pack([...lines].map((line) => line.join("")).join(""));
  writeFileSync(path, packed);
  return packed.length;
}

/** As Codex and OpenClaw do it: fast rather than small. */
export function pack(text: string): Buffer {
  return zstdCompressSync(Buffer.from(text), { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}
