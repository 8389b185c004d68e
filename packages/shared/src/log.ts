import { UserError } from "./errors.ts";

const remembered = 200;

/**
 * The log of a resident program: hands each distinct failure to `write` once, as a line that begins with the program's
 * name; a `UserError` as its sentence, a defect with its stack. The last 200 are remembered.
 */
export function createLog(program: string, write: (line: string) => void): (error: unknown) => void {
  const known = new Set<string>();
  return (error) => {
    const text = describe(error);
    if (known.has(text)) return;
    if (known.size >= remembered) known.clear();
    known.add(text);
    write(`${program}: ${text}\n`);
  };
}

function describe(error: unknown): string {
  if (error instanceof UserError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
