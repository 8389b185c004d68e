/** What went wrong, as a stable word a program can test. */
export type UserErrorCode =
  | "bad_input"
  | "not_found"
  | "refused"
  | "too_large"
  | "timed_out"
  | "unavailable"
  | "storage"
  | "config";

/**
 * A failure the person or the model can act on: `message` states the fact and the next step, in our own words only.
 * Everything else that is thrown is a defect: it is logged with its trace id and answered as "internal error, trace …".
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly code: UserErrorCode;

  constructor(code: UserErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Every package bundles its own copy of this class; by its name all of them are one. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "UserError";
  }
}

/** The `code` of a Node or SQLite error ("ENOENT", "SQLITE_FULL"), or "" when there is none. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return typeof code === "string" ? code : "";
}

/** What kind of failure it is, as `error.type` has it: its code, else its class. Never its text. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
