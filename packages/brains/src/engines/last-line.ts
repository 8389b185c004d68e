/** The last line of a program's standard error that says something, without colours and time stamps. */
export function lastLine(stderr: string): string {
  const lines = stderr.split("\n").map((line) => plain(line).trim());
  return lines.findLast((line) => line !== "") ?? "";
}

function plain(line: string): string {
  // oxlint-disable-next-line no-control-regex
  return line.replace(/\u001b\[[\d;]{0,20}m/g, "").replace(/^\d{4}-\d\d-\d\dT[\d:.]{8,20}Z?\s+(?:ERROR|WARN)\s+\S{0,80}\s?/, "");
}
