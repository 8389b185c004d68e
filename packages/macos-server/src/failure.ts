import { UserError, type UserErrorCode } from "@paios/shared/errors";

/** What can go wrong with a desktop, by names that a program can test: a message begins with one. */
const codes = {
  bad_picture: "bad_input",
  bad_size: "bad_input",
  capture_blank: "unavailable",
  capture_failed: "unavailable",
  clipboard_empty: "not_found",
  denied: "refused",
  display_locked: "unavailable",
  no_desktop: "unavailable",
  off_screen: "bad_input",
  program_failed: "unavailable",
  program_missing: "unavailable",
  unknown_app: "not_found",
  unknown_display: "not_found",
  unknown_file: "not_found",
  window_gone: "not_found",
  window_hidden: "unavailable",
  would_run: "refused",
} as const satisfies Record<string, UserErrorCode>;

export type FailureName = keyof typeof codes;

/** A failure of the desktop with its name, the fact and the next step. */
export function failure(name: FailureName, sentence: string, options?: ErrorOptions): UserError {
  return new UserError(codes[name], `${name}: ${sentence}`, options);
}
