import { UserError } from "@paios/shared/errors";

const remembered = 200;

/** Writes each distinct failure once, a `UserError` as its sentence and a defect with its stack. */
export function createLog(write: (line: string) => void): (error: unknown) => void {
  const known = new Set<string>();
  return (error) => {
    const text = describe(error);
    if (known.has(text)) return;
    if (known.size >= remembered) known.clear();
    known.add(text);
    write(`paios-heartbeat: ${text}\n`);
  };
}

function describe(error: unknown): string {
  if (error instanceof UserError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
