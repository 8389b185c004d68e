import type * as z from "zod";
import { failure } from "../failure.ts";

/** A program's JSON, checked. Throws `program_failed` when it is something else. */
export function answerOf<T>(command: string, stdout: Buffer, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(stdout.toString("utf8").replace(/^\uFEFF/, "")));
  } catch (error) {
    throw failure("program_failed", `${command} answered in a form that is not read here. Update PAIOS, or tell us its version.`, { cause: error });
  }
}
