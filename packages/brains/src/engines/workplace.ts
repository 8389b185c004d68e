import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Workplace {
  /** Where the brain works. */
  cwd: string;
  /** Of PAIOS and only for this run: what is too long for the brain's own door is put here. Made on first use. */
  scratch: () => string;
  /** The folder of `scratch`, where it was made. */
  made: () => string | undefined;
}

/** Runs `work` with the folder that was asked for, or an empty one; what was made is removed afterwards. */
export async function withWorkplace<T>(cwd: string | undefined, work: (place: Workplace) => Promise<T>): Promise<T> {
  let made: string | undefined;
  const scratch = () => (made ??= mkdtempSync(join(tmpdir(), "paios-brain-")));
  try {
    return await work({ cwd: cwd ?? scratch(), scratch, made: () => made });
  } finally {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
  }
}
