import { readFileSync } from "node:fs";
import type { Edit } from "@paios/shared/change";
import { errorCode, UserError } from "@paios/shared/errors";
import * as z from "zod";
import type { ClientName } from "./clients.ts";
import type { Machine } from "./machine.ts";

const stepSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("entry"), path: z.array(z.string()), before: z.string(), after: z.string(), now: z.string().optional() }),
  z.object({ kind: z.enum(["table", "element"]), path: z.array(z.string()), before: z.string(), after: z.string() }),
  z.object({ kind: z.literal("value"), path: z.array(z.string()), was: z.string(), now: z.string() }),
]);

const recordSchema = z.object({
  version: z.literal(1),
  /** What was put into each file, by its path. */
  files: z.record(z.string(), z.object({ created: z.boolean(), steps: z.array(stepSchema) })),
  /** Tools that act on the outside world or destroy, and that the person lets run unasked. */
  allowed: z.array(z.string()),
  /** The servers set in OpenClaw. */
  gateway: z.array(z.string()),
});

export type SetupRecord = z.infer<typeof recordSchema>;

export const noRecord: SetupRecord = { version: 1, files: {}, allowed: [], gateway: [] };

/** What setup did before; undefined when it never ran here. Throws UserError("config") for a file that is damaged. */
export function readRecord(path: string): SetupRecord | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return undefined;
    throw error;
  }
  return parse(path, text);
}

/** The edit that reads the record again, among the files it tells of, and leaves it alone. */
export function recordRead(path: string, take: (record: SetupRecord | undefined) => void): Edit {
  return {
    path,
    compute: (text) => {
      take(text === undefined ? undefined : parse(path, text));
      return text;
    },
  };
}

function parse(path: string, text: string): SetupRecord {
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new UserError("config", `${path} is damaged: what setup put into the CLIs' files can no longer be told. Next: ai rollback puts them back; or remove that file and run ai setup.`, { cause: error });
  }
}

/** The clients that setup registered the servers in. */
export function registeredClients({ claudeConfig, codexConfig }: Machine["files"], { files, gateway }: SetupRecord): ClientName[] {
  return [...(files[claudeConfig] ? (["claude"] as const) : []), ...(files[codexConfig] ? (["codex"] as const) : []), ...(gateway.length > 0 ? (["openclaw"] as const) : [])];
}

/** The edit that stores the record, after all the others have been computed; no record left, no file. */
export function recordEdit(path: string, record: () => SetupRecord | undefined): Edit {
  return {
    path,
    compute: () => {
      const value = record();
      return value && `${JSON.stringify(value, null, 2)}\n`;
    },
  };
}
