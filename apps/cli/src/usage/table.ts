import { stripVTControlCharacters, styleText } from "node:util";

const barWidth = 16;
const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A share of one as a bar; nothing where nobody looks. */
export function bar(share: number): string {
  if (!process.stdout.isTTY) return "";
  const parts = Math.round(Math.min(1, Math.max(0, share)) * barWidth * 8);
  return "█".repeat(parts >> 3) + (eighths[parts & 7] ?? "");
}

/** Columns under their names; what looks like a number stands to the right. */
export function table(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = names.map((name, at) => Math.max(width(name), ...rows.map((row) => width(row[at] ?? ""))));
  const isNumber = names.map((_, at) => rows.some((row) => /^[$\d]/.test(row[at] ?? "")) && rows.every((row) => /^([$\d.,kMG +?%]|ms|s|min|no price|\(|\)|failed)*$/.test(row[at] ?? "")));
  const line = (cells: readonly string[]) => cells.map((cell, at) => (isNumber[at] ? " ".repeat((widths[at] ?? 0) - width(cell)) + cell : cell + " ".repeat((widths[at] ?? 0) - width(cell)))).join("  ").trimEnd();
  return [styleText("dim", line(names)), ...rows.map(line)].join("\n");
}

function width(text: string): number {
  return stripVTControlCharacters(text).length;
}
