import { UserError } from "@paios/shared/errors";

/** A value in a value in a value: nobody's telemetry is deeper. */
export const maxDepth = 64;

/** Each costs an object, which is far more than its byte or two in the body. */
export const maxParts = 1_000_000;

export function tooManyParts(): UserError {
  return new UserError("too_large", `The body has over ${maxParts} parts. Send it in smaller requests.`);
}

export function tooDeep(): UserError {
  return new UserError("bad_input", `The body nests deeper than ${maxDepth} levels. Send flatter values.`);
}
